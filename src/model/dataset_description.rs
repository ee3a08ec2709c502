//! Facts about the data sets of the shipped models that their files do not contain: origin, limits,
//! and published results.

use crate::network::is_named_after;

/// The data set of a shipped model: that of one of the paper's eight rows, or a part of it.
pub(crate) struct DatasetDescription {
    /// Beginning of the names of the models that are trained on it.
    pub(crate) name: &'static str,
    /// How closely the data match the paper's.
    pub(crate) status: &'static str,
    /// The origin of the data.
    pub(crate) origin: &'static str,
    /// The limits of a model that is trained on it.
    pub(crate) limits: &'static [&'static str],
    /// The model that this one is offered beside, without being better; `None` for all others.
    pub(crate) alternative_to: Option<&'static str>,
    /// The name of the row in the paper.
    pub(crate) paper_row: &'static str,
    /// What was published about this row; `None` if these are not the RNAs of the row.
    pub(crate) published: Option<PublishedResults>,
    /// A study that decides what a model predicts for some RNAs.
    pub(crate) study: Option<DominantStudy>,
}

/// The published results of a row.
pub(crate) struct PublishedResults {
    /// Table 4: average precision, accuracy, coverage, ranking loss and one-error of reference
    /// \[7\].
    pub(crate) reference: [f64; 5],
    /// Table 4 and, last, the AUROC of Fig. 9: EL-RMLocNet as published.
    pub(crate) el_rmlocnet: [f64; 6],
}

/// A study that most RNAs of one kind in a compartment come from, so that a model repeats the study
/// wherever it meets an RNA of this kind.
pub(crate) struct DominantStudy {
    /// The compartment that all its RNAs are labelled with.
    pub(crate) compartment: &'static str,
    /// Nucleotides of the longest RNA of this kind.
    pub(crate) longest: usize,
    /// What a person should know about a call of this compartment, as a sentence without its full
    /// stop.
    pub(crate) message: &'static str,
}

/// The data set that a model with this name was trained on; `None` if it is not one of the paper's.
pub(crate) fn describe_dataset(name: &str) -> Option<&'static DatasetDescription> {
    // `human-mirna-tuned` and `human-mirna-paper` belong to the same row.
    ROWS.iter().find(|row| is_named_after(name, row.name))
}

const MIXTURE: &str = "The set mixes mature miRNAs (about 22 nt, mostly Exosome) with precursors \
    (rarely Exosome), so the length alone predicts much.";
const ONE_STUDY: &str = "50 of the human RNAs, those whose IDs contain 293m8, are reads of one sequencing \
    study and are all labelled Mitochondrion only. They make the model call well-known \
    mature miRNAs such as let-7a and miR-122 mitochondrial. A mitochondrial call of an RNA of up \
    to 30 nt reflects that study.";
const WITHOUT_STUDY: &str = "This model is a choice beside human-mirna, not a better one. It does not call \
    well-known mature miRNAs such as let-7a and miR-122 mitochondrial, because it has not seen the \
    50 reads of one sequencing study that are all labelled Mitochondrion only. It was trained on \
    fewer RNAs. Its measures come from other test RNAs than those of human-mirna, so the two \
    cards cannot be compared figure by figure.";
const SILENCE: &str = "A missing compartment means that nobody has reported it for this RNA, not \
    that the RNA was shown to be absent.";
const SPELLING: &str = "T is read as U: in the published file of human miRNAs all 50 records \
    spelled with T are Mitochondrion only, so a network that distinguishes T from U learns the \
    spelling instead of the biology.";
const POOL: &str = "The paper calls this row \"Mus musculus\"; it is a pool of all species, \
    including the human RNAs, with few mouse RNAs.";
const LONG: &str = "Long RNAs are cut to the length given above. The rest is not read, except \
    for its composition if that is joined.";
const MESSAGE: &str = "The LSTM reads the surroundings of the start codon and of the stop codon only. \
    The other nucleotides count through what they contribute to the features of their region: \
    lengths, k-mers, codons, amino acids, hydropathy. Introns, structure, modifications and the \
    order of distant elements are not seen.";
const WITHOUT_LSTM: &str = "Nearly all of the accuracy comes from the features of the regions: \
    without the LSTM, the same network is as good (see the ablations). So attention shows what the \
    LSTM reads, not what decides. What the regions contribute to a score is reported separately.";
const SINGLE: &str = "Every RNA has exactly one compartment in this source, so the network \
    cannot learn about RNAs with several.";

const MITOCHONDRIAL_STUDY: DominantStudy = DominantStudy {
    compartment: "Mitochondrion",
    longest: 30,
    message: "nearly all short mitochondrial RNAs that the model was trained on come from one study \
        (293m8): compare with human-mirna-without-293m8",
};

const fn published(reference: [f64; 5], el_rmlocnet: [f64; 6]) -> Option<PublishedResults> {
    Some(PublishedResults {
        reference,
        el_rmlocnet,
    })
}

// A name that begins with another one stands before it.
const ROWS: [DatasetDescription; 9] = [
    DatasetDescription {
        name: "human-mrna",
        status: "substitute: not the paper's RNAs, which are not available, but labels of the same database",
        origin: "Human mRNAs: RNALocate's labels as the authors of DM3Loc curated them, with their \
                 split; sequences from the sets of DeepmRNALoc, RNAlight and rnagps (4,095 RNAs).",
        limits: &[
            "99 % of these RNAs are labelled Exosome, so calling it has no meaning, and its AUROC \
             rests on a few RNAs: look at the judged compartments.",
            "The source of a record goes with its labels: RNAs copied from RefSeq are labelled \
             Endoplasmic reticulum far more often, and never Ribosome. Many of them end in a poly-A \
             tail in the text, others hardly ever, so a network that sees the tail recognises the \
             source and looks better than it is. Earlier versions of this model did. Tails are now \
             cut in training and in prediction. The genes of the sources still differ: look at the \
             AUROC within one source.",
            MESSAGE,
            WITHOUT_LSTM,
            SILENCE,
        ],
        alternative_to: None,
        paper_row: "human mRNA",
        published: published(
            [0.76, 0.41, 1.69, 0.24, 0.37],
            [0.77, 0.46, 0.68, 0.23, 0.35, 0.65],
        ),
        study: None,
    },
    DatasetDescription {
        name: "human-mirna-without-293m8",
        status: "partial: the paper's RNAs and labels, but for 50 records of one study",
        origin: "Human miRNAs of RNALocate as the authors of the paper's reference [7] published \
                 them, without the 50 records whose IDs contain 293m8 (255 RNAs).",
        limits: &[WITHOUT_STUDY, MIXTURE, SILENCE],
        alternative_to: Some("human-mirna"),
        paper_row: "none; a part of human miRNA",
        published: None,
        study: None,
    },
    DatasetDescription {
        name: "human-mirna",
        status: "exact: the paper's RNAs and labels",
        origin: "Human miRNAs of RNALocate as the authors of the paper's reference [7] published \
                 them (305 RNAs).",
        limits: &[MIXTURE, ONE_STUDY, SPELLING, SILENCE],
        alternative_to: None,
        paper_row: "human miRNA",
        published: published(
            [0.79, 0.52, 1.46, 0.17, 0.29],
            [0.86, 0.63, 0.70, 0.11, 0.26, 0.62],
        ),
        study: Some(MITOCHONDRIAL_STUDY),
    },
    DatasetDescription {
        name: "human-snorna",
        status: "exact: the paper's RNAs and labels",
        origin: "Human snoRNAs of RNALocate as the authors of the paper's reference [7] published \
                 them (191 RNAs).",
        limits: &[
            "Four in five of these RNAs are in the nucleus, and the length alone predicts nearly \
             as well as the network.",
            SILENCE,
        ],
        alternative_to: None,
        paper_row: "human snoRNA",
        published: published(
            [0.82, 0.54, 1.54, 0.18, 0.24],
            [0.83, 0.55, 0.45, 0.17, 0.20, 0.76],
        ),
        study: None,
    },
    DatasetDescription {
        name: "human-lncrna",
        status: "partial: 282 of the paper's 588 RNAs, biased to short ones; labels exact",
        origin: "Human lncRNAs of the paper's reference [7]: labels as published, sequences found \
                 again by their published features.",
        limits: &[LONG, SILENCE],
        alternative_to: None,
        paper_row: "human lncRNA",
        published: published(
            [0.75, 0.42, 1.18, 0.22, 0.37],
            [0.85, 0.55, 0.45, 0.17, 0.20, 0.77],
        ),
        study: None,
    },
    DatasetDescription {
        name: "all-species-mrna",
        status: "weak substitute: another source, one compartment for each RNA",
        origin: "mRNAs of several species from the set of DeepmRNALoc (3,559 RNAs).",
        limits: &[
            SINGLE,
            "Some of its human RNAs are also in the validation part of the human mRNA set: \
             `rmlocnet evaluate --apart-from` leaves them out where the two are compared.",
            MESSAGE,
            SILENCE,
        ],
        alternative_to: None,
        paper_row: "\"Mus musculus\" mRNA",
        published: published(
            [0.70, 0.34, 1.71, 0.14, 0.44],
            [0.71, 0.37, 0.87, 0.13, 0.40, 0.77],
        ),
        study: None,
    },
    DatasetDescription {
        name: "all-species-mirna",
        status: "exact: the paper's RNAs and labels",
        origin: "miRNAs of all species of the paper's reference [7]: 305 human, 101 pig, 25 \
                 mosquito, 25 mouse, 19 fly and others (488 RNAs).",
        limits: &[
            POOL,
            "All 101 pig records are Exosome only: the species of an RNA predicts much of its \
             label, which is study bias. The species is not an input of the network.",
            MIXTURE,
            ONE_STUDY,
            SILENCE,
        ],
        alternative_to: None,
        paper_row: "\"Mus musculus\" miRNA",
        published: published(
            [0.79, 0.58, 1.31, 0.18, 0.31],
            [0.87, 0.69, 0.50, 0.10, 0.28, 0.68],
        ),
        study: Some(MITOCHONDRIAL_STUDY),
    },
    DatasetDescription {
        name: "all-species-snorna",
        status: "exact: the paper's RNAs and labels",
        origin: "snoRNAs of all species of the paper's reference [7]: 191 human, 15 fly, 1 rat \
                 (207 RNAs).",
        limits: &[POOL, SILENCE],
        alternative_to: None,
        paper_row: "\"Mus musculus\" snoRNA",
        published: published(
            [0.80, 0.52, 1.59, 0.21, 0.25],
            [0.82, 0.56, 0.29, 0.20, 0.20, 0.73],
        ),
        study: None,
    },
    DatasetDescription {
        name: "all-species-lncrna",
        status: "approximation: 711 RNAs for the paper's 965",
        origin: "lncRNAs of the paper's reference [7]: labels as published, sequences found again \
                 by their published features.",
        limits: &[POOL, LONG, SILENCE],
        alternative_to: None,
        paper_row: "\"Mus musculus\" lncRNA",
        published: published(
            [0.76, 0.43, 0.95, 0.19, 0.40],
            [0.77, 0.47, 0.60, 0.18, 0.36, 0.78],
        ),
        study: None,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_has_a_description() {
        for preset in crate::network::presets() {
            assert!(describe_dataset(&preset.name).is_some(), "{}", preset.name);
        }
        assert!(describe_dataset("human-mirnas").is_none());
        assert!(describe_dataset("mine").is_none());
    }
}
