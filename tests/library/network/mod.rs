//! Compares the network with other implementations and with itself, on the devices that the program
//! which includes this folder names.

mod attention;
mod gradients;
mod lstm_oracle;
mod reference;
mod tuned_reference;
