//! A value written as it looks.

/// Makes a [`Value`](super::Value) of what is written in the way of JSON; what stands in it is any
/// expression of a type that is [`ToJson`](super::ToJson), and is looked at, not taken.
macro_rules! json {
    (null) => { $crate::json::Value::Null };
    ([]) => { $crate::json::Value::Array(Vec::new()) };
    ({}) => { $crate::json::Value::Object($crate::json::Map::new()) };
    ([$($items:tt)+]) => { $crate::json::Value::Array($crate::json::json!(@items [] $($items)+)) };
    ({$($entries:tt)+}) => {{
        let mut map = $crate::json::Map::new();
        $crate::json::json!(@entries map $($entries)+);
        $crate::json::Value::Object(map)
    }};

    (@items [$($done:expr,)*]) => { vec![$($done),*] };
    (@items [$($done:expr,)*] null $(, $($rest:tt)*)?) => {
        $crate::json::json!(@items [$($done,)* $crate::json::Value::Null,] $($($rest)*)?)
    };
    (@items [$($done:expr,)*] [$($inner:tt)*] $(, $($rest:tt)*)?) => {
        $crate::json::json!(@items [$($done,)* $crate::json::json!([$($inner)*]),] $($($rest)*)?)
    };
    (@items [$($done:expr,)*] {$($inner:tt)*} $(, $($rest:tt)*)?) => {
        $crate::json::json!(@items [$($done,)* $crate::json::json!({$($inner)*}),] $($($rest)*)?)
    };
    (@items [$($done:expr,)*] $item:expr $(, $($rest:tt)*)?) => {
        $crate::json::json!(@items [$($done,)* $crate::json::ToJson::to_json(&$item),] $($($rest)*)?)
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
