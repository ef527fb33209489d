namespace Tapedeck.Bench;

/// <summary>A C kernel and the rounds that take V8 about 200 ms.</summary>
internal sealed record Kernel(string Name, int Rounds)
{
    internal static readonly Kernel[] All =
    [
        new("nbody", 170),
        new("fannkuch", 110),
        new("sha256", 120),
        new("quicksort", 60),
        new("heapsort", 90),
        new("mandelbrot", 90),
        new("lz", 240),
        new("vm", 200),
        new("fib", 500),
        new("matmul", 40),
        new("json", 300),
    ];

    internal string File => FileOf(Name);

    internal static string FileOf(string name) => Path.Combine(AppContext.BaseDirectory, "kernels", $"{name}.wasm");
}
