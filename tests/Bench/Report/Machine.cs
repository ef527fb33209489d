using System.Runtime.InteropServices;

namespace Tapedeck.Bench.Report;

/// <summary>Where and when the figures were measured.</summary>
internal static class Machine
{
    internal static string Describe(string nodeVersion) =>
        $"""
        # Performance

        Written by `make bench`. CPU time of whole processes, all threads, user and system; ratios are ours / V8's.

        - date: {DateTime.UtcNow:yyyy-MM-dd}
        - machine: {Processor()}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}
        - ours: {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.ProcessArchitecture}; V8: node {nodeVersion}

        """;

    private static string Processor()
    {
        const string CpuInfo = "/proc/cpuinfo";
        var model = File.Exists(CpuInfo) ? File.ReadLines(CpuInfo).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
        return model?.Split(':', 2)[1].Trim() ?? "unknown processor";
    }
}
