//! How machines are paid for: Spot, capacity reservations and capacity blocks, and what excludes what.

use super::report::Examined;
use crate::platform::rules;
use crate::spec::scalars::Price;
use crate::yaml::Node;

/// Checks the market fields of a value that has lost its noise.
pub fn check(examined: &mut Examined<'_>) {
    let spot = examined.at(&["spotMarketOptions"]).is_some();
    let reservation = examined.text(&["capacityReservationId"]);
    let kind = examined.spec.get("marketType").and_then(Node::as_str);
    let mut conflict = |path: &[&str], message: String, help: &str| {
        examined.report(&rules::MARKET_CONFLICT, path, message, help);
    };
    let one_of = "keep one of the two; a pool states its market as `market`";
    match (kind, spot, reservation) {
        (Some(kind @ ("OnDemand" | "CapacityBlock")), true, _) => conflict(
            &["marketType"],
            format!("marketType `{kind}` cannot be combined with `spotMarketOptions`"),
            one_of,
        ),
        (Some("CapacityBlock"), false, None) => conflict(
            &["marketType"],
            "marketType `CapacityBlock` needs `capacityReservationId`".to_owned(),
            "write the id of the capacity block: `market: {capacityBlock: cr-…}` in the pool",
        ),
        (Some("Spot"), _, Some(id)) => conflict(
            &["capacityReservationId"],
            format!("marketType `Spot` cannot be combined with `capacityReservationId: {id}`"),
            one_of,
        ),
        (_, true, Some(id)) => conflict(
            &["capacityReservationId"],
            format!("`spotMarketOptions` cannot be combined with `capacityReservationId: {id}`"),
            one_of,
        ),
        _ => {}
    }
    if let Some(id) = reservation.filter(|id| !is_reservation_id(id)) {
        examined.report(
            &rules::RESERVATION_ID,
            &["capacityReservationId"],
            format!("`{id}` is no capacity reservation id"),
            "write `cr-` and 17 lower-case hexadecimal digits",
        );
    }
    if let Some(price) = examined.text(&["spotMarketOptions", "maxPrice"])
        && Price::try_from(price.to_owned()).is_err()
    {
        examined.report(
            &rules::SPOT_PRICE,
            &["spotMarketOptions", "maxPrice"],
            format!("`{price}` is no price: EC2 refuses the request, and the Machine fails for good"),
            "write US dollars an hour as a decimal, such as \"0.90\", or `spotMarketOptions: {}`",
        );
    }
}

/// Whether this is `cr-` and 17 lower-case hexadecimal digits.
pub fn is_reservation_id(id: &str) -> bool {
    id.strip_prefix("cr-").is_some_and(|hex| hex.len() == 17 && is_lower_hex(hex))
}

/// Whether all characters are lower-case hexadecimal digits.
pub fn is_lower_hex(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}
