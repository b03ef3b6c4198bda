mod docs;
mod progress;
mod settings;
use std::io::Write as _;
fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().collect();
    let vocab = settings::vocab()?;
    let pages = docs::find_pages(std::path::Path::new(&args[2]))?;
    let start = std::time::Instant::now();
    let facts = docs::extract_pages(&pages, &args[3], &vocab)?;
    eprintln!("{:?}", start.elapsed());
    let mut out = std::io::BufWriter::new(fs_err::File::create(&args[4])?);
    for f in &facts { writeln!(out, "{}", graphdocs::report::export::json_line(f))?; }
    println!("{}", graphdocs::report::coverage(&facts));
    for (c, n) in graphdocs::report::diagnostics_by_code(&facts) { println!("{n:>6} {} {}", c.id, c.title); }
    Ok(())
}
