//! Documents on a stream: all of them or none.

use std::io::{self, ErrorKind, Write};

/// How a stream took the documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Everything was written.
    Whole,
    /// The reader went away (`poolsmith render | head`). Nothing is wrong and nothing is to be said.
    ReaderLeft,
}

/// Writes `documents` to `out`, with `---` between them and a line break at the end.
///
/// All of them are there before the first byte leaves, so a failure further up can never leave a part
/// of the objects on stdout. That no document at all is an error is for the caller to say.
///
/// # Errors
/// Whatever `out` gives, apart from a closed pipe.
pub fn to_stream<D: AsRef<str>>(out: &mut impl Write, documents: &[D]) -> io::Result<Delivery> {
    match write_documents(out, documents) {
        Ok(()) => Ok(Delivery::Whole),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Delivery::ReaderLeft),
        Err(error) => Err(error),
    }
}

fn write_documents<D: AsRef<str>>(out: &mut impl Write, documents: &[D]) -> io::Result<()> {
    // One environment leaves in one piece; a fleet is not held in memory a second time.
    const PIECE: usize = 1 << 20;
    let size: usize = documents.iter().map(|document| document.as_ref().len() + "\n---\n".len()).sum();
    let mut out = io::BufWriter::with_capacity(size.min(PIECE), out);
    for (i, document) in documents.iter().enumerate() {
        let document = document.as_ref();
        if i > 0 {
            out.write_all(b"---\n")?;
        }
        out.write_all(document.as_bytes())?;
        if !document.ends_with('\n') {
            out.write_all(b"\n")?;
        }
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts the calls, and fails them with a kind if there is one.
    struct Probe(usize, Option<ErrorKind>);
    impl Write for Probe {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += 1;
            self.1.map_or(Ok(bytes.len()), |kind| Err(kind.into()))
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn documents_are_separated_and_terminated() {
        let mut out = Vec::new();
        assert_eq!(to_stream(&mut out, &["a: 1\n", "b: 2", "c: 3\n"]).unwrap(), Delivery::Whole);
        assert_eq!(out, b"a: 1\n---\nb: 2\n---\nc: 3\n");
        let mut out = Vec::new();
        to_stream::<&str>(&mut out, &[]).unwrap();
        assert!(out.is_empty());
    }

    #[test]
    fn one_write_takes_everything() {
        let mut out = Probe(0, None);
        to_stream(&mut out, &vec!["a: 1\n"; 10_000]).unwrap();
        assert_eq!(out.0, 1);
    }

    #[test]
    fn a_closed_pipe_is_quiet_and_other_faults_are_not() {
        assert_eq!(
            to_stream(&mut Probe(0, Some(ErrorKind::BrokenPipe)), &["a"]).unwrap(),
            Delivery::ReaderLeft
        );
        assert!(to_stream(&mut Probe(0, Some(ErrorKind::StorageFull)), &["a"]).is_err());
    }
}
