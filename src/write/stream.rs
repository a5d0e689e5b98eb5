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

/// The documents as one stream: `---` between them, and a line break at the end of each.
pub fn stream<D: AsRef<str>>(documents: &[D]) -> String {
    let size = documents.iter().map(|document| document.as_ref().len() + "\n---\n".len()).sum();
    let mut stream = String::with_capacity(size);
    for (i, document) in documents.iter().enumerate() {
        if i > 0 {
            stream.push_str("---\n");
        }
        stream.push_str(document.as_ref());
        if !stream.ends_with('\n') {
            stream.push('\n');
        }
    }
    stream
}

/// Writes streams made by [`stream`] to `out` as one, with `---` between them.
///
/// All of them are there before the first byte leaves, so a failure further up can never leave a part
/// of the objects on stdout. That no document at all is an error is for the caller to say.
///
/// # Errors
/// Whatever `out` gives, apart from a closed pipe.
pub fn to_stream(out: &mut impl Write, streams: impl IntoIterator<Item: AsRef<str>>) -> io::Result<Delivery> {
    let written = streams.into_iter().enumerate().try_for_each(|(i, stream)| {
        if i > 0 {
            out.write_all(b"---\n")?;
        }
        out.write_all(stream.as_ref().as_bytes())
    });
    match written.and_then(|()| out.flush()) {
        Ok(()) => Ok(Delivery::Whole),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Delivery::ReaderLeft),
        Err(error) => Err(error),
    }
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
        let first = stream(&["a: 1\n", "b: 2", "c: 3\n"]);
        assert_eq!(first, "a: 1\n---\nb: 2\n---\nc: 3\n");
        let mut out = Vec::new();
        assert_eq!(to_stream(&mut out, [first, stream(&["d: 4"])]).unwrap(), Delivery::Whole);
        assert_eq!(out, b"a: 1\n---\nb: 2\n---\nc: 3\n---\nd: 4\n");
        let mut out = Vec::new();
        to_stream(&mut out, [""; 0]).unwrap();
        assert!(out.is_empty());
    }

    #[test]
    fn one_write_takes_a_whole_stream() {
        let mut out = Probe(0, None);
        to_stream(&mut out, [stream(&vec!["a: 1\n"; 10_000])]).unwrap();
        assert_eq!(out.0, 1);
    }

    #[test]
    fn a_closed_pipe_is_quiet_and_other_faults_are_not() {
        assert_eq!(
            to_stream(&mut Probe(0, Some(ErrorKind::BrokenPipe)), ["a"]).unwrap(),
            Delivery::ReaderLeft
        );
        assert!(to_stream(&mut Probe(0, Some(ErrorKind::StorageFull)), ["a"]).is_err());
    }
}
