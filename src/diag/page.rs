//! A rule's page taken apart: `explain`, the generated documentation, the help in SARIF and the
//! runner of the pages' cases all read it through here.
//!
//! Reads just enough Markdown for that: a title, headings of the second level, fenced blocks.

/// The heading of the last section of a page: the ids of the faults that the rule prevents, separated by
/// commas. What they are stands in `docs/rules/coverage`.
pub const COVERS: &str = "Covers";

/// A rule's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<'a> {
    /// The code in the title.
    pub code: &'a str,
    /// The slug in the title.
    pub slug: &'a str,
    /// The sections in the order written.
    pub sections: Vec<Section<'a>>,
}

/// A section of a page: a heading of the second level and what stands below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section<'a> {
    /// The heading without `## `.
    pub heading: &'a str,
    /// The line of the heading in the page, from 1.
    pub line: usize,
    /// All that stands below the heading, without empty lines around it.
    pub body: &'a str,
    /// The fenced blocks in it.
    pub blocks: Vec<Block<'a>>,
}

/// A fenced block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block<'a> {
    /// The info string, e.g. `yaml values/case.yaml`.
    pub info: &'a str,
    /// What stands between the fences, with the line break at its end.
    pub text: &'a str,
    /// The line in the page of the first line of the text, from 1.
    pub line: usize,
}

/// Why a page cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// The first line is no title.
    #[error("line 1 is not `# CODE slug`")]
    Title,
    /// Something other than empty lines stands before the first section.
    #[error("line {0} stands outside of a section")]
    Stray(usize),
    /// Two sections have the same heading.
    #[error("line {0} repeats the heading `{1}`")]
    Repeated(usize, String),
    /// A fence is never closed.
    #[error("the block in line {0} is never closed")]
    Open(usize),
}

impl<'a> Page<'a> {
    /// Takes a page apart.
    pub fn parse(text: &'a str) -> Result<Page<'a>, PageError> {
        let mut lines = numbered_lines(text).peekable();
        let title = lines.next().and_then(|line| line.text.strip_prefix("# "));
        let (code, slug) = title.and_then(|title| title.split_once(' ')).ok_or(PageError::Title)?;
        let (code, slug) = (code.trim(), slug.trim());
        if code.is_empty() || slug.is_empty() || slug.contains(char::is_whitespace) {
            return Err(PageError::Title);
        }
        let mut sections: Vec<Section<'a>> = Vec::new();
        let mut body_start = 0;
        while let Some(line) = lines.next() {
            if let Some(heading) = line.text.strip_prefix("## ") {
                close(&mut sections, text, body_start, line.start);
                let heading = heading.trim();
                if sections.iter().any(|section| section.heading == heading) {
                    return Err(PageError::Repeated(line.number, heading.to_owned()));
                }
                body_start = line.end;
                sections.push(Section { heading, line: line.number, body: "", blocks: Vec::new() });
            } else if let Some(section) = sections.last_mut() {
                if let Some(fence) = Fence::opened_by(line.text) {
                    let close = lines.by_ref().find(|inner| fence.is_closed_by(inner.text));
                    let close = close.ok_or(PageError::Open(line.number))?;
                    let text = text.get(line.end..close.start).unwrap_or_default();
                    section.blocks.push(Block { info: fence.info, text, line: line.number + 1 });
                }
            } else if !line.text.trim().is_empty() {
                return Err(PageError::Stray(line.number));
            }
        }
        close(&mut sections, text, body_start, text.len());
        Ok(Page { code, slug, sections })
    }

    /// The section under a heading.
    pub fn section(&self, heading: &str) -> Option<&Section<'a>> {
        self.sections.iter().find(|section| section.heading == heading)
    }

    /// The ids of the faults that the rule prevents, as written.
    pub fn covers(&self) -> impl Iterator<Item = &'a str> {
        let body = self.section(COVERS).map_or("", |section| section.body);
        body.split(',').map(str::trim).filter(|id| !id.is_empty())
    }
}

impl Section<'_> {
    /// The body without its fenced blocks.
    pub fn prose(&self) -> String {
        let mut prose = String::new();
        let mut fence: Option<Fence<'_>> = None;
        for line in self.body.lines() {
            match &fence {
                Some(open) if open.is_closed_by(line) => fence = None,
                Some(_) => {}
                None => {
                    fence = Fence::opened_by(line);
                    // An empty line stays one, whatever was left out around it.
                    if fence.is_none() && !(line.trim().is_empty() && prose.ends_with("\n\n")) {
                        prose.push_str(line);
                        prose.push('\n');
                    }
                }
            }
        }
        prose.trim().to_owned()
    }
}

fn close<'a>(sections: &mut [Section<'a>], text: &'a str, start: usize, end: usize) {
    if let Some(section) = sections.last_mut() {
        section.body = text.get(start..end).unwrap_or_default().trim();
    }
}

struct Fence<'a> {
    mark: char,
    length: usize,
    info: &'a str,
}

impl<'a> Fence<'a> {
    /// Fences stand at the start of a line; indented ones belong to list items and are prose.
    fn opened_by(line: &'a str) -> Option<Fence<'a>> {
        let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let info = line.trim_start_matches(mark);
        let length = line.len() - info.len();
        let inline_code = mark == '`' && info.contains('`');
        (length >= 3 && !inline_code).then(|| Fence { mark, length, info: info.trim() })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let line = line.trim_end();
        line.len() >= self.length && line.chars().all(|c| c == self.mark)
    }
}

/// A line with its number from 1, its bytes, and its text without the line break.
struct NumberedLine<'a> {
    number: usize,
    start: usize,
    end: usize,
    text: &'a str,
}

fn numbered_lines(text: &str) -> impl Iterator<Item = NumberedLine<'_>> {
    let mut start = 0;
    text.split_inclusive('\n').enumerate().map(move |(index, line)| {
        let end = start + line.len();
        let text = line.trim_end_matches(['\n', '\r']);
        NumberedLine { number: index + 1, start: std::mem::replace(&mut start, end), end, text }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "\
# SPC001 some-slug

## What it does

Refuses it.

## Example

Text.

```yaml values/case.yaml
# no title
## no heading
a: |
  ```
```

~~~~findings
SPC001 values/case.yaml:1:1
~~~
~~~~

More.
## Instead
";

    #[test]
    fn a_page_falls_into_sections_and_blocks() {
        let page = Page::parse(PAGE).unwrap();
        assert_eq!((page.code, page.slug), ("SPC001", "some-slug"));
        let headings: Vec<_> = page.sections.iter().map(|s| (s.heading, s.line)).collect();
        assert_eq!(headings, [("What it does", 3), ("Example", 7), ("Instead", 24)]);
        assert_eq!(page.section("What it does").unwrap().body, "Refuses it.");
        assert_eq!(page.section("Instead").unwrap().body, "");
        assert_eq!(page.section("Options"), None);
        let example = page.section("Example").unwrap();
        assert_eq!(
            example.blocks,
            [
                Block {
                    info: "yaml values/case.yaml",
                    text: "# no title\n## no heading\na: |\n  ```\n",
                    line: 12
                },
                Block { info: "findings", text: "SPC001 values/case.yaml:1:1\n~~~\n", line: 19 },
            ]
        );
        assert_eq!(example.prose(), "Text.\n\nMore.");
    }

    #[test]
    fn line_breaks_may_be_of_either_kind() {
        let text = PAGE.replace('\n', "\r\n");
        let page = Page::parse(&text).unwrap();
        let example = page.section("Example").unwrap();
        assert_eq!(example.blocks[0].info, "yaml values/case.yaml");
        assert_eq!(example.blocks[1].line, 19);
        assert_eq!(page.slug, "some-slug");
    }

    #[test]
    fn a_block_may_be_empty() {
        let page = Page::parse("# A b\n## C\n```x\n```").unwrap();
        assert_eq!(page.sections[0].blocks, [Block { info: "x", text: "", line: 4 }]);
    }

    #[test]
    fn what_a_rule_covers_is_listed() {
        let page = Page::parse("# A b\n## C\nx, y\n## Covers\n\nA1-01, A2-10,\nMS-03\n").unwrap();
        assert_eq!(page.covers().collect::<Vec<_>>(), ["A1-01", "A2-10", "MS-03"]);
        assert_eq!(Page::parse("# A b\n## C\nx, y\n").unwrap().covers().count(), 0);
    }

    #[test]
    fn inline_code_opens_no_block() {
        let page = Page::parse("# A b\n## C\n```x``` is code\n").unwrap();
        assert_eq!(page.sections[0].blocks, []);
    }

    #[test]
    fn faults_name_their_line() {
        for text in ["", "\n# A b", "# A", "# A b c", "#  b", "## A b"] {
            assert_eq!(Page::parse(text), Err(PageError::Title), "{text:?}");
        }
        assert_eq!(Page::parse("# A b\n\nx"), Err(PageError::Stray(3)));
        assert_eq!(Page::parse("# A b\n## C\n## C"), Err(PageError::Repeated(3, "C".to_owned())));
        assert_eq!(Page::parse("# A b\n## C\n```\nx"), Err(PageError::Open(3)));
    }
}
