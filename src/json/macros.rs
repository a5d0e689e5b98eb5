//! A value written as it looks.

/// Makes a [`Value`](super::Value) of what is written in the way of JSON; what stands in it is any
/// expression of a type that is [`ToJson`](super::ToJson), and is looked at, not taken.
macro_rules! json {
    (null) => { $crate::json::Value::Null };
    ([]) => { $crate::json::Value::Array(Vec::new()) };
    ({}) => { $crate::json::Value::Object($crate::json::Map::new()) };
    ([$($items:tt)+]) => {{
        let mut list = Vec::new();
        $crate::json::json!(@items list $($items)+);
        $crate::json::Value::Array(list)
    }};
    ({$($entries:tt)+}) => {{
        let mut map = $crate::json::Map::new();
        $crate::json::json!(@entries map $($entries)+);
        $crate::json::Value::Object(map)
    }};

    (@items $list:ident) => {};
    (@items $list:ident null $(, $($rest:tt)*)?) => {
        $list.push($crate::json::Value::Null);
        $crate::json::json!(@items $list $($($rest)*)?);
    };
    (@items $list:ident [$($inner:tt)*] $(, $($rest:tt)*)?) => {
        $list.push($crate::json::json!([$($inner)*]));
        $crate::json::json!(@items $list $($($rest)*)?);
    };
    (@items $list:ident {$($inner:tt)*} $(, $($rest:tt)*)?) => {
        $list.push($crate::json::json!({$($inner)*}));
        $crate::json::json!(@items $list $($($rest)*)?);
    };
    (@items $list:ident $item:expr $(, $($rest:tt)*)?) => {
        $list.push($crate::json::ToJson::to_json(&$item));
        $crate::json::json!(@items $list $($($rest)*)?);
    };

    (@entries $map:ident) => {};
    (@entries $map:ident $key:literal: $($rest:tt)+) => {
        $crate::json::json!(@value $map ($crate::json::Text::new_static($key)) $($rest)+);
    };
    (@entries $map:ident &$key:ident: $($rest:tt)+) => {
        $crate::json::json!(@value $map ($crate::json::Text::from(&*$key)) $($rest)+);
    };
    (@entries $map:ident ($key:expr): $($rest:tt)+) => {
        $crate::json::json!(@value $map ($crate::json::Text::from(&*$key)) $($rest)+);
    };
    (@entries $map:ident $key:path: $($rest:tt)+) => {
        $crate::json::json!(@value $map ($crate::json::Text::from(&*$key)) $($rest)+);
    };
    (@value $map:ident ($key:expr) null $(, $($rest:tt)*)?) => {
        $map.insert($key, $crate::json::Value::Null);
        $crate::json::json!(@entries $map $($($rest)*)?);
    };
    (@value $map:ident ($key:expr) [$($inner:tt)*] $(, $($rest:tt)*)?) => {
        $map.insert($key, $crate::json::json!([$($inner)*]));
        $crate::json::json!(@entries $map $($($rest)*)?);
    };
    (@value $map:ident ($key:expr) {$($inner:tt)*} $(, $($rest:tt)*)?) => {
        $map.insert($key, $crate::json::json!({$($inner)*}));
        $crate::json::json!(@entries $map $($($rest)*)?);
    };
    (@value $map:ident ($key:expr) $value:expr $(, $($rest:tt)*)?) => {
        $map.insert($key, $crate::json::ToJson::to_json(&$value));
        $crate::json::json!(@entries $map $($($rest)*)?);
    };

    ($value:expr) => { $crate::json::ToJson::to_json(&$value) };
}

pub(crate) use json;
