//! Work that more than one person does, on both databases: the steps of the door in order, reach, proposals signed by amount
//! band and by others than their maker, return and sending again, swapped files, racers, batches signed level by level, and
//! the inbox.

mod batches;
mod door;
mod jobs;
mod proposals;
mod secrets;
mod support;
