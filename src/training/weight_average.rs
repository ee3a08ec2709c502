//! A running average of the weights, which varies less than the newest weights.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Device, Tensor, Transaction};

use crate::device::{self, DeviceError};
use crate::network::{Batch, Network};

/// The average after one more update: `keep` of the old average plus the rest of the newest
/// weights, including the running statistics of the normalisation. At first it keeps less, so that
/// the initial weights are soon forgotten: update u, counted from 1, keeps at most (1 + u) / (10 +
/// u).
pub(super) fn ema_update(average: Network, newest: &Network, keep: f64, update: usize) -> Network {
    let update = update as f64;
    let keep = keep.min((1.0 + update) / (10.0 + update));
    let (mut old, mut new) = (FlatWeights::default(), FlatWeights::default());
    average.visit(&mut old);
    newest.visit(&mut new);
    let blended = Tensor::cat(old.0, 0) * keep + Tensor::cat(new.0, 0) * (1.0 - keep);
    average.map(&mut Parted { blended, at: 0 })
}

/// The averaged network with the statistics of its own features over `batches`, the training part.
/// The running statistics belong to other weights, and to features with dropout, whose values
/// differ: every score of a compartment would be shifted by the same amount. A sum is read back
/// after every `most_unread` batches, so that a GPU is not given all of its work at once.
///
/// # Errors
/// The device failed.
pub(super) async fn recompute_batch_statistics(
    average: Network,
    batches: impl Iterator<Item = Batch>,
    most_unread: usize,
    device: &Device,
) -> Result<Network, DeviceError> {
    let mut rnas = 0;
    let mut sums: Option<(Tensor<2>, Tensor<2>)> = None;
    for (n, batch) in batches.enumerate() {
        rnas += batch.len();
        let features = average.gathered(&batch);
        let (sum, squares) = (features.clone().sum_dim(0), features.square().sum_dim(0));
        let (sum, squares) = match sums {
            Some((before, more)) => (before + sum, more + squares),
            None => (sum, squares),
        };
        if n % most_unread == most_unread - 1 {
            let read = Transaction::default().register(sum.clone());
            device::read(read, device).await?;
        }
        sums = Some((sum, squares));
    }
    let Some((sum, squares)) = sums else {
        return Ok(average);
    };
    let mean = sum / rnas as f64;
    let variance = (squares / rnas as f64 - mean.clone().square()).clamp_min(0.0);
    Ok(average.with_statistics(mean.flatten(0, 1), variance.flatten(0, 1)))
}

/// All numbers of a network as one vector.
#[derive(Default)]
struct FlatWeights(Vec<Tensor<1>>);

impl ModuleVisitor for FlatWeights {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let values = param.val();
        let size = values.shape().num_elements();
        self.0.push(values.reshape([size]));
    }
}

/// Divides the vector into the tensors of the network again.
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
