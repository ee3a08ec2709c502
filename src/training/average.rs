//! A running average of the weights, which wavers less than the newest ones.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::Tensor;

use crate::network::Network;

/// The average after one more update: `keep` of the old one, the rest of the newest weights,
/// running statistics of the normalisation among them. At first less is kept, so that the start
/// is soon forgotten: update u, counted from 1, keeps at most (1 + u) / (10 + u).
pub(super) fn blend(average: Network, newest: &Network, keep: f64, update: usize) -> Network {
    let update = update as f64;
    let keep = keep.min((1.0 + update) / (10.0 + update));
    let (mut old, mut new) = (Row::default(), Row::default());
    average.visit(&mut old);
    newest.visit(&mut new);
    let blended = Tensor::cat(old.0, 0) * keep + Tensor::cat(new.0, 0) * (1.0 - keep);
    average.map(&mut Parted { blended, at: 0 })
}

/// All numbers of a network in one row.
#[derive(Default)]
struct Row(Vec<Tensor<1>>);

impl ModuleVisitor for Row {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let values = param.val();
        let size = values.shape().num_elements();
        self.0.push(values.reshape([size]));
    }
}

/// Takes the row apart again, in the order in which it was laid out.
struct Parted {
    blended: Tensor<1>,
    at: usize,
}

impl ModuleMapper for Parted {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let (id, old, mapper) = param.consume();
        let (from, shape) = (self.at, old.shape());
        self.at += shape.num_elements();
        let new = self.blended.clone().slice(from..self.at).reshape(shape);
        Param::from_mapped_value(id, new, mapper)
    }
}
