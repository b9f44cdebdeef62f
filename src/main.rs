fn main() { println!("sunledger"); }
