//! A change of a JSON tree, small enough that a million of them can be held.

use serde_json::{Map, Value as Json};
use std::fmt;

/// Where something stands: keys of maps and numbers of list items.
pub type Path = Vec<String>;

/// A change of one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// The place.
    pub path: Path,
    /// What happens there.
    pub change: Change,
}

/// What happens to a place.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// It goes.
    Remove,
    /// Something else stands there; maps and lists on the way are made.
    Set(Json),
    /// The key is written in another way.
    Rename(String),
    /// The item of a list comes twice.
    Repeat,
}

impl Edit {
    /// Writes `value` at a dotted path.
    pub fn set(path: &str, value: Json) -> Edit {
        Edit { path: path.split('.').map(str::to_owned).collect(), change: Change::Set(value) }
    }

    /// Writes `value` at a dotted path; null removes what stands there.
    pub fn put(path: &str, value: &Json) -> Edit {
        let mut edit = Edit::set(path, value.clone());
        if value.is_null() {
            edit.change = Change::Remove;
        }
        edit
    }

    /// Makes the change. Where the place is gone nothing happens.
    pub fn apply(&self, tree: &mut Json) {
        let Some((last, above)) = self.path.split_last() else {
            if let Change::Set(value) = &self.change {
                *tree = value.clone();
            }
            return;
        };
        let makes = matches!(self.change, Change::Set(_));
        let mut place = tree;
        for step in above {
            match child(place, step, makes) {
                Some(below) => place = below,
                None => return,
            }
        }
        match &self.change {
            Change::Set(value) => {
                if let Some(place) = child(place, last, true) {
                    *place = value.clone();
                }
            }
            Change::Remove => match place {
                Json::Object(map) => drop(map.shift_remove(last)),
                Json::Array(list) => {
                    if let Some(index) = last.parse().ok().filter(|index| *index < list.len()) {
                        list.remove(index);
                    }
                }
                _ => {}
            },
            Change::Rename(to) => {
                // A key without a value says nothing under any name.
                if let Json::Object(map) = place
                    && map.get(last).is_some_and(|value| !value.is_null())
                    && let Some(value) = map.shift_remove(last)
                {
                    map.insert(to.clone(), value);
                }
            }
            Change::Repeat => {
                if let Json::Array(list) = place
                    && let Some(item) = last.parse().ok().and_then(|index: usize| list.get(index)).cloned()
                {
                    list.push(item);
                }
            }
        }
    }
}

fn child<'t>(place: &'t mut Json, step: &str, make: bool) -> Option<&'t mut Json> {
    let index: Option<usize> = step.parse().ok();
    if make {
        match (&*place, index) {
            (Json::Array(_), Some(_)) | (Json::Object(_), _) => {}
            (_, Some(_)) => *place = Json::Array(Vec::new()),
            (_, None) => *place = Json::Object(Map::new()),
        }
    }
    match place {
        Json::Object(map) => {
            if make && !map.contains_key(step) {
                map.insert(step.to_owned(), Json::Null);
            }
            map.get_mut(step)
        }
        Json::Array(list) => {
            let index = index?;
            if make && index >= list.len() {
                list.push(Json::Null);
                return list.last_mut();
            }
            list.get_mut(index)
        }
        _ => None,
    }
}

impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "(all)".to_owned() } else { self.path.join(".") };
        match &self.change {
            Change::Remove => write!(f, "{path} removed"),
            Change::Set(value) => {
                let text: String = value.to_string().chars().take(120).collect();
                write!(f, "{path} = {text}")
            }
            Change::Rename(to) => write!(f, "{path} renamed {to}"),
            Change::Repeat => write!(f, "{path} repeated"),
        }
    }
}
