fn main() {
    println!("sunledger");
}
