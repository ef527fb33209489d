using Tapedeck.Wasi.Calls;

namespace Tapedeck.Bench.Workers;

/// <summary>How fast a component reads a file.</summary>
internal static class FilesWorker
{
    private const int Bytes = 64_000_000;
    private const int Repetitions = 10;

    internal static void Run()
    {
        var folder = Directory.CreateTempSubdirectory("bench-files").FullName;
        File.WriteAllText(Path.Combine(folder, "file.txt"), new string('x', Bytes));
        var gate = BenchPolicy.Gate("storage: {allow: [{volume: {name: data, emptyDir: {sizeLimit: 1Gi}}, path: /data, access: [read]}]}");
        var options = new WasiOptions { Preopens = [new HostPreopen("/data", folder)] };
        using var calls = new WasiCalls();
        WarmUp.Briefly(Read);
        var best = CpuTime.Best(Repetitions, Read);
        Directory.Delete(folder, recursive: true);
        Worker.Report("rate", Bytes / best);

        void Read()
        {
            if (calls.Ask(gate, options, "drain-file", "file.txt") != Bytes)
            {
                throw new InvalidDataException("the file came back with another length");
            }
        }
    }
}
