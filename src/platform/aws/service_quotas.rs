//! The quota file of AWS: what `aws service-quotas list-service-quotas` prints.
//!
//! An object with a list `Quotas`; a long list comes in pages, several objects one after another (Service
//! Quotas API, `ListServiceQuotas`). Of the many quotas of EC2 only those of running instances are looked
//! at.

use super::quota::{self, BUCKETS};
use crate::diag::{Finding, Findings};
use crate::platform::{ClusterFacts, QuotaBucket, StatedLimit, identity, rules, tree};
use crate::yaml::{Node, Position, Value};

/// The command that prints the quota file of a region.
pub fn command(region: &str) -> String {
    format!("aws service-quotas list-service-quotas --service-code ec2 --region {region} --output json")
}

/// Reads the limits. What is wrong with the file becomes findings.
pub fn read(documents: &[Node], facts: &ClusterFacts<'_>, findings: &mut Findings) -> Vec<StatedLimit> {
    let mut reader = Reader {
        facts,
        findings,
        limits: Vec::new(),
        shaped: true,
        entries: 0,
        foreign_region: None,
        foreign_account: None,
    };
    for document in documents {
        match document.get("Quotas").and_then(Node::as_seq) {
            Some(quotas) => quotas.iter().for_each(|quota| reader.quota(quota)),
            None => reader.refuse_document(document),
        }
    }
    reader.refuse_foreign();
    if reader.shaped {
        match documents.last() {
            Some(last) if reader.entries == 0 => reader.refuse_empty(last),
            Some(last) => reader.check_complete(last),
            None => {}
        }
    }
    reader.limits
}

/// Something that the file says of another region or account: what it is, the first place, how often.
struct Foreign {
    what: String,
    place: Position,
    count: usize,
}

struct Reader<'a> {
    facts: &'a ClusterFacts<'a>,
    findings: &'a mut Findings,
    limits: Vec<StatedLimit>,
    /// Whether the file is laid out as the command does it.
    shaped: bool,
    /// How many quotas of running instances the file has, usable or not.
    entries: usize,
    foreign_region: Option<Foreign>,
    foreign_account: Option<Foreign>,
}

impl Reader<'_> {
    fn quota(&mut self, quota: &Node) {
        if quota.as_map().is_none() {
            let message = "an entry of `Quotas` is not an object".to_owned();
            self.refuse_shape(quota.position, message);
            return;
        }
        if let Some(arn) = quota.get("QuotaArn") {
            self.check_arn(arn);
        }
        let text = |key| tree::text(quota, &[key]);
        let Some(bucket) = quota::bucket(text("QuotaCode"), text("QuotaName")) else { return };
        self.entries += 1;
        let place = ["QuotaCode", "QuotaName"].map(|key| quota.find(&[key]).map(|node| node.position));
        let place = place.into_iter().flatten().next().unwrap_or(quota.position);
        if let Some(first) = self.limits.iter().find(|limit| limit.bucket == bucket) {
            let message = format!("the limit {} ({}) is stated a second time", bucket.code, bucket.name);
            self.findings.push(
                Finding::new(&rules::QUOTA_STATED_TWICE, message)
                    .at(place)
                    .related(first.place, "the first time")
                    .help("keep the output of one run of the command for one region"),
            );
            return;
        }
        let value = quota.get("Value");
        match amount(value) {
            Ok(amount) => {
                let place = value.map_or(place, |value| value.position);
                self.limits.push(StatedLimit { bucket, amount, place });
            }
            Err(why) => self.refuse_value(bucket, value.map_or(place, |value| value.position), &why),
        }
    }

    /// `arn:aws:servicequotas:us-west-2:123456789012:ec2/L-1216C47A`: default values have no account.
    fn check_arn(&mut self, arn: &Node) {
        let parts: Vec<&str> = arn.as_str().unwrap_or_default().splitn(6, ':').collect();
        let ["arn", _, "servicequotas", region, account, _] = parts[..] else { return };
        let foreign = |slot: &mut Option<Foreign>, what: &str| {
            let new = Foreign { what: what.to_owned(), place: arn.position, count: 0 };
            slot.get_or_insert(new).count += 1;
        };
        if !region.is_empty() && region != self.facts.region {
            foreign(&mut self.foreign_region, region);
        }
        if !account.is_empty() && self.facts.account_id.is_some_and(|ours| ours != account) {
            foreign(&mut self.foreign_account, account);
        }
    }

    /// One finding for the whole file, however many quotas it holds.
    fn refuse_foreign(&mut self) {
        let command = command(self.facts.region);
        if let Some(Foreign { what, place, count }) = self.foreign_region.take() {
            let message = format!(
                "the quotas are those of region {what}, but the cluster's is {}{}",
                self.facts.region,
                times(count)
            );
            let finding = Finding::new(&rules::QUOTAS_OF_ANOTHER_REGION, message)
                .at(place)
                .help(format!("name the file of {}; `{command}` prints it", self.facts.region));
            self.findings.push(identity::with_fact(finding, self.facts, "region", "the cluster's region"));
        }
        if let Some(Foreign { what, place, count }) = self.foreign_account.take() {
            let ours = self.facts.account_id.unwrap_or_default();
            let message = format!(
                "the quotas are those of account {what}, but the cluster's is {ours}{}",
                times(count)
            );
            let finding = Finding::new(&rules::QUOTAS_OF_ANOTHER_ACCOUNT, message)
                .at(place)
                .help(format!("run `{command}` with credentials of account {ours}"));
            self.findings.push(identity::with_fact(
                finding,
                self.facts,
                "accountID",
                "the cluster's account",
            ));
        }
    }

    fn refuse_document(&mut self, document: &Node) {
        let what = match &document.value {
            Value::Map(_) => match document.get("Quotas") {
                Some(_) => "`Quotas` is not a list".to_owned(),
                None => "the object has no list `Quotas`".to_owned(),
            },
            _ => "an object with a list `Quotas` is expected here".to_owned(),
        };
        let place = document.get("Quotas").map_or(document.position, |quotas| quotas.position);
        self.refuse_shape(place, what);
    }

    fn refuse_empty(&mut self, last: &Node) {
        let message = format!("none of the {} quotas of running instances is in the file", BUCKETS.len());
        self.refuse_shape(last.locate(&["Quotas"]), message);
    }

    fn refuse_shape(&mut self, place: Position, message: String) {
        self.shaped = false;
        self.findings.push(
            Finding::new(&rules::NOT_A_QUOTA_FILE, message)
                .at(place)
                .help(format!("keep what `{}` prints as it is", command(self.facts.region))),
        );
    }

    fn refuse_value(&mut self, bucket: &QuotaBucket, place: Position, why: &str) {
        let message = format!("the value of {} ({}) {why}", bucket.code, bucket.name);
        self.findings.push(
            Finding::new(&rules::INVALID_QUOTA_VALUE, message)
                .at(place)
                .help("write the number of vCPUs without quotes, as the command prints it: 384.0"),
        );
    }

    /// A page that names a next one, and is the last.
    fn check_complete(&mut self, last: &Node) {
        let Some(token) = last.get("NextToken").filter(|token| !token.is_null()) else { return };
        self.findings.push(
            Finding::new(&rules::QUOTA_FILE_INCOMPLETE, "the quota file ends before the last page")
                .at(token.position)
                .help("run the command without `--max-items`, or add the pages that follow behind this one"),
        );
    }
}

/// How often the same was said, where it was more than once.
fn times(count: usize) -> String {
    if count > 1 { format!(" (said {count} times)") } else { String::new() }
}

/// A limit: a whole number that is not negative. The service prints `384.0`.
fn amount(value: Option<&Node>) -> Result<u32, String> {
    let too_large = |written: &str| format!("is {written}, which is more than any limit is");
    let Some(value) = value else { return Err("is missing".to_owned()) };
    let written = value.raw.as_deref().unwrap_or_default();
    match &value.value {
        Value::Int(number) if *number < 0 => Err(format!("is negative: {written}")),
        Value::Int(number) => u32::try_from(*number).map_err(|_| too_large(written)),
        Value::UInt(_) => Err(too_large(written)),
        Value::Float(number) if !number.is_finite() => Err(too_large(written)),
        Value::Float(number) if *number < 0.0 => Err(format!("is negative: {written}")),
        Value::Float(number) if number.fract() != 0.0 => Err(format!("is no whole number: {written}")),
        // Whole and within the bounds, so that nothing is cut off.
        Value::Float(number) if *number <= f64::from(u32::MAX) => Ok(*number as u32),
        Value::Float(_) => Err(too_large(written)),
        Value::Str(text) => Err(format!("is the text \"{text}\", not a number")),
        Value::Null => Err("is null".to_owned()),
        Value::Bool(_) => Err(format!("is {written}, not a number")),
        Value::Seq(_) | Value::Map(_) => Err("is not a number".to_owned()),
    }
}
