//! A table with one row per RNA and one column per compartment, such as labels and scores.

use std::convert::Infallible;
use std::ops::Index;
use std::slice::ChunksExact;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A value of a [`CompartmentTable`].
pub trait CellValue: Copy {
    /// Whether a table may contain the value.
    fn is_valid(self) -> bool;
}

impl CellValue for bool {
    fn is_valid(self) -> bool {
        true
    }
}

impl CellValue for f32 {
    fn is_valid(self) -> bool {
        self.is_finite()
    }
}

/// A table with one row per RNA and one column per compartment.
///
/// All rows have the same number of values, at least one, and all numbers are finite: this is
/// checked once, where a row is added. The table is one list of numbers in memory. In files, it is a
/// list of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompartmentTable<T> {
    /// The number of compartments; 0 before the first row.
    compartments: usize,
    values: Vec<T>,
}

/// Which compartments are known for each RNA: a [`CompartmentTable`] of true and false.
pub type Labels = CompartmentTable<bool>;

/// Why a row cannot be added to a table. Rows and compartments count from 0 in the fields and from 1
/// in the messages.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// The first row is empty.
    #[error("row 1 has no values; give one value per compartment")]
    NoCompartments,
    /// A row has more or fewer values than the first one.
    #[error(
        "row {} has {found} values, but row 1 has {expected}; give one value per compartment",
        .row + 1
    )]
    Ragged {
        /// The row.
        row: usize,
        /// Its number of values.
        found: usize,
        /// The number of compartments.
        expected: usize,
    },
    /// A score is not a finite number and cannot be ranked.
    #[error(
        "the score of sample {} for compartment {} is not a number (NaN or infinite); the model \
         that gave it is damaged or its training diverged",
        .row + 1,
        .compartment + 1
    )]
    NotANumber {
        /// The row.
        row: usize,
        /// The column.
        compartment: usize,
    },
}

impl<T> Default for CompartmentTable<T> {
    fn default() -> Self {
        Self {
            compartments: 0,
            values: Vec::new(),
        }
    }
}

impl<T: CellValue> CompartmentTable<T> {
    /// A table with these rows.
    ///
    /// # Errors
    /// The first row that cannot be added.
    pub fn from_rows<R: AsRef<[T]>>(rows: impl IntoIterator<Item = R>) -> Result<Self, TableError> {
        let mut table = Self::default();
        for row in rows {
            table.push(row.as_ref())?;
        }
        Ok(table)
    }

    /// Adds a row.
    ///
    /// # Errors
    /// The row has no values, more or fewer than the first row, or a number that is not finite.
    pub fn push(&mut self, row: &[T]) -> Result<(), TableError> {
        let (index, found) = (self.len(), row.len());
        let expected = if self.is_empty() {
            found
        } else {
            self.compartments
        };
        if expected == 0 {
            return Err(TableError::NoCompartments);
        }
        if found != expected {
            return Err(TableError::Ragged {
                row: index,
                found,
                expected,
            });
        }
        if let Some(compartment) = row.iter().position(|value| !value.is_valid()) {
            return Err(TableError::NotANumber {
                row: index,
                compartment,
            });
        }
        self.compartments = expected;
        self.values.extend_from_slice(row);
        Ok(())
    }

    /// Adds all rows of another table.
    ///
    /// # Errors
    /// The other table has another number of compartments.
    pub fn append(&mut self, other: &Self) -> Result<(), TableError> {
        if self.is_empty() {
            self.clone_from(other);
            return Ok(());
        }
        if !other.is_empty() && other.compartments != self.compartments {
            return Err(TableError::Ragged {
                row: self.len(),
                found: other.compartments,
                expected: self.compartments,
            });
        }
        self.values.extend_from_slice(&other.values);
        Ok(())
    }

    /// A table of some rows, in the order of `rows`, which must be rows of this table.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        if rows.is_empty() {
            return Self::default();
        }
        Self {
            compartments: self.compartments,
            values: rows.iter().flat_map(|&row| &self[row]).copied().collect(),
        }
    }
}

impl Labels {
    /// The number of RNAs in each compartment.
    pub fn counts(&self) -> Vec<usize> {
        (0..self.compartments)
            .map(|c| self.iter().filter(|row| row[c]).count())
            .collect()
    }
}

impl<T: Copy> CompartmentTable<T> {
    /// A table of the same shape, whose values are given by each compartment and value of this one.
    pub(crate) fn map<U>(&self, value: impl Fn(usize, T) -> U) -> CompartmentTable<U> {
        let Ok(table) = self.try_map(|c, old| Ok::<U, Infallible>(value(c, old)));
        table
    }

    /// As [`CompartmentTable::map`], for values that may not exist.
    pub(crate) fn try_map<U, E>(
        &self,
        value: impl Fn(usize, T) -> Result<U, E>,
    ) -> Result<CompartmentTable<U>, E> {
        let cells = (0..self.compartments).cycle().zip(&self.values);
        Ok(CompartmentTable {
            compartments: self.compartments,
            values: cells
                .map(|(c, old)| value(c, *old))
                .collect::<Result<_, E>>()?,
        })
    }
}

impl<T> CompartmentTable<T> {
    /// The number of rows.
    pub fn len(&self) -> usize {
        self.values.len() / self.compartments.max(1)
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The number of compartments; 0 if there are no rows.
    pub fn compartments(&self) -> usize {
        self.compartments
    }

    /// The rows, in order.
    pub fn iter(&self) -> ChunksExact<'_, T> {
        self.values.chunks_exact(self.compartments.max(1))
    }

    /// All values, row by row.
    pub fn values(&self) -> &[T] {
        &self.values
    }
}

/// The row of one RNA.
impl<T> Index<usize> for CompartmentTable<T> {
    type Output = [T];

    fn index(&self, row: usize) -> &[T] {
        &self.values[row * self.compartments..][..self.compartments]
    }
}

impl<'a, T> IntoIterator for &'a CompartmentTable<T> {
    type Item = &'a [T];
    type IntoIter = ChunksExact<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: Serialize> Serialize for CompartmentTable<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }
}

impl<'de, T: CellValue + Deserialize<'de>> Deserialize<'de> for CompartmentTable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let rows = Vec::<Vec<T>>::deserialize(deserializer)?;
        Self::from_rows(rows).map_err(de::Error::custom)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a panic is how a test fails")]
pub(crate) mod tests {
    use super::*;

    /// A table with these rows.
    pub(crate) fn table<T: CellValue, R: AsRef<[T]>>(
        rows: impl IntoIterator<Item = R>,
    ) -> CompartmentTable<T> {
        CompartmentTable::from_rows(rows).unwrap()
    }

    #[test]
    fn rows_are_those_that_were_added() {
        let mut scores = table([[0.1, 0.2], [0.3, 0.4]]);
        scores.append(&table([[0.5, 0.6]])).unwrap();
        scores.append(&CompartmentTable::default()).unwrap();
        assert_eq!((scores.len(), scores.compartments()), (3, 2));
        assert_eq!(scores[1], [0.3, 0.4]);
        assert_eq!(scores.iter().last(), Some(&[0.5, 0.6][..]));
        assert_eq!(scores.select(&[2, 0]), table([[0.5, 0.6], [0.1, 0.2]]));
        let json = serde_json::to_string(&scores).unwrap();
        assert_eq!(json, "[[0.1,0.2],[0.3,0.4],[0.5,0.6]]");
        assert_eq!(
            serde_json::from_str::<CompartmentTable<f32>>(&json).unwrap(),
            scores
        );
        let empty = Labels::default();
        assert_eq!((empty.len(), empty.iter().count()), (0, 0));
        assert_eq!(table([[true, false]]).select(&[]), empty);
    }

    #[test]
    fn rows_that_do_not_fit_are_rejected() {
        let ragged = Labels::from_rows([vec![true, false], vec![true]]);
        let (row, found, expected) = (1, 1, 2);
        let error = TableError::Ragged {
            row,
            found,
            expected,
        };
        assert_eq!(ragged, Err(error));
        let mut labels = table([[true, false]]);
        assert_eq!(labels.append(&table([[true]])), Err(error));
        assert_eq!(
            Labels::from_rows([[false; 0]]),
            Err(TableError::NoCompartments)
        );
        for value in [f32::NAN, f32::INFINITY] {
            let scores = CompartmentTable::from_rows([[0.0, 1.0], [0.5, value]]);
            let (row, compartment) = (1, 1);
            assert_eq!(scores, Err(TableError::NotANumber { row, compartment }));
        }
        assert!(serde_json::from_str::<Labels>("[[true],[]]").is_err());
    }
}
