//! Why: from the network's weights to the nucleotides a person knows (section 4.2, Fig. 12).

pub mod attention;

pub use attention::{Explanation, Head};
