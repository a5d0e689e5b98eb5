//! The table of quotas for people.

use super::report::{Environment, Market, Pool, Quota, Reason};
use std::fmt::Write;

const HEADINGS: [&str; 7] = ["quota", "limit", "reserved", "minimum", "maximum", "left", "still fits"];

/// The tables of the environments, one below the other.
pub(super) fn render(environments: &[Environment]) -> String {
    environments.iter().map(table).collect::<Vec<_>>().join("\n")
}

fn table(environment: &Environment) -> String {
    let account = environment.account_id.as_ref().map(|id| format!("account {id}, ")).unwrap_or_default();
    let mut text =
        format!("{}: {account}{}, in {}\n\n", environment.environment, environment.region, environment.unit);
    let mut rows = vec![HEADINGS.map(str::to_owned)];
    for quota in &environment.quotas {
        rows.push(quota_row(quota));
        rows.extend(quota.pools.iter().map(pool_row));
    }
    write_rows(&rows, &mut text);
    if environment.quotas.iter().all(|quota| quota.limit.is_none()) {
        let command = &environment.command;
        let _ = write!(
            text,
            "\nno limits are stated: write what `{command}` prints into a file, and `quotas: {{file: …}}` into the values\n"
        );
    }
    for pool in &environment.uncounted {
        let why = match pool.reason {
            Reason::CapacityBlock => "runs in a capacity block, which counts against no quota",
            Reason::UnknownQuota => "is in no sum: its quota is not known",
        };
        let _ = write!(text, "\n{} ({}) {why}", pool.pool, pool.instance_type);
    }
    if !environment.uncounted.is_empty() {
        text.push('\n');
    }
    text
}

fn quota_row(quota: &Quota) -> [String; HEADINGS.len()] {
    let market = match quota.market {
        Market::OnDemand => "on demand",
        Market::Spot => "Spot",
    };
    let fits = match (quota.limit, quota.largest_fitting.as_slice()) {
        (None, _) => "?".to_owned(),
        (Some(_), []) => "nothing".to_owned(),
        (Some(_), types) => types.join(", "),
    };
    [
        format!("{}, {market}", quota.family),
        quota.limit.map_or_else(|| "?".to_owned(), |limit| limit.to_string()),
        quota.reserved.to_string(),
        quota.minimum.to_string(),
        quota.maximum.to_string(),
        quota.left.map_or_else(|| "?".to_owned(), |left| left.to_string()),
        fits,
    ]
}

fn pool_row(pool: &Pool) -> [String; HEADINGS.len()] {
    let amount = |machines: u64| format!("{machines} × {}", pool.each);
    let state = if pool.retiring { ", retiring" } else { "" };
    [
        format!("  {} ({}{state})", pool.pool, pool.instance_type),
        String::new(),
        String::new(),
        amount(pool.min),
        amount(pool.max),
        String::new(),
        String::new(),
    ]
}

/// Text columns stand left, numbers right; no line ends with a blank.
fn write_rows(rows: &[[String; HEADINGS.len()]], text: &mut String) {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let blanks = " ".repeat(width(column) - cell.chars().count());
            let gap = if column == 0 { "" } else { "  " };
            let _ = match column {
                0 | 6 => write!(line, "{gap}{cell}{blanks}"),
                _ => write!(line, "{gap}{blanks}{cell}"),
            };
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
}
