//! The names of MachineSets and the room that they leave.
//!
//! A Machine is named `<machineset>-` and five random characters; the API server cuts what stands
//! before them to 58 characters (apiserver `pkg/storage/names`), so a longer MachineSet name silently
//! loses its end.

use super::rules;
use crate::diag::Finding;
use crate::yaml::Position;

/// The longest MachineSet name whose Machines keep it whole.
pub const LONGEST_MACHINE_SET_NAME: usize = 57;

/// The name of a pool's MachineSet in a zone.
pub fn machine_set_name(infra_id: &str, pool: &str, zone: &str) -> String {
    format!("{infra_id}-{pool}-{zone}")
}

/// The finding for a generated name that is too long, with the arithmetic.
pub fn check_generated(infra_id: &str, pool: &str, zone: &str, place: Position) -> Option<Finding> {
    let length = infra_id.len() + pool.len() + zone.len() + "--".len();
    let over = length.checked_sub(LONGEST_MACHINE_SET_NAME).filter(|over| *over > 0)?;
    let message = format!(
        "the MachineSet name `{}` has {length} characters, {over} more than its Machines leave room for: infraID {} + 1 + pool {} + 1 + zone {} > {LONGEST_MACHINE_SET_NAME}",
        machine_set_name(infra_id, pool, zone),
        infra_id.len(),
        pool.len(),
        zone.len(),
    );
    let room = pool.len().saturating_sub(over);
    let help = if room > 0 {
        format!("shorten the pool's name to at most {room} characters")
    } else {
        "adopt a shorter name for this zone under `adopt`".to_owned()
    };
    Some(Finding::new(&rules::NAME_TOO_LONG, message).at(place).help(help).pool(pool))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_is_exact() {
        let zone = "us-west-2a";
        let longest = "p".repeat(LONGEST_MACHINE_SET_NAME - "prod-7kx2p".len() - zone.len() - 2);
        assert_eq!(machine_set_name("prod-7kx2p", &longest, zone).len(), 57);
        assert!(check_generated("prod-7kx2p", &longest, zone, Position::default()).is_none());
        let finding =
            check_generated("prod-7kx2p", &format!("{longest}p"), zone, Position::default()).unwrap();
        assert_eq!(
            finding.help.as_deref(),
            Some(format!("shorten the pool's name to at most {} characters", longest.len()).as_str())
        );
    }
}
