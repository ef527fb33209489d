using System.Diagnostics;
using System.Globalization;

namespace Tapedeck.OperatorBench;

/// <summary>The operator in a process of its own, so that its memory is its own.</summary>
internal sealed class OperatorProcess : IAsyncDisposable
{
    private static readonly string[] Writing = ["apply", "create", "update", "patch", "delete"];

    private readonly Process _process;
    private readonly HttpClient _http = new();
    private readonly Uri _metrics;

    private OperatorProcess(Process process, int port)
    {
        _process = process;
        _metrics = new Uri($"http://127.0.0.1:{port}/metrics");
    }

    internal static async Task<OperatorProcess> StartAsync(string kubeconfig)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["operator", kubeconfig]) { RedirectStandardOutput = true, RedirectStandardInput = true };
        // As the image has it (Dockerfile, build/image.sh).
        start.Environment["DOTNET_GCgen0size"] = "200000";
        start.Environment["MALLOC_ARENA_MAX"] = "2";
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync();
        var started = new OperatorProcess(process, int.Parse(line!, CultureInfo.InvariantCulture));
        while (await started.SumAsync("tapedeck_operator_leader", static _ => true) < 1)
        {
            await Task.Delay(100);
        }
        return started;
    }

    /// <summary>MiB that are resident.</summary>
    internal double Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1048576.0;
        }
    }

    internal TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>What was written so far, but for the lease, which is renewed while anybody leads; by resource.</summary>
    internal async Task<Dictionary<string, double>> WritesAsync()
    {
        var writes = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (labels, value) in await SeriesAsync("kube_client_request_duration_seconds_count"))
        {
            var resource = Label(labels, "resource");
            if (Writing.Contains(Label(labels, "verb")) && !resource.StartsWith("leases", StringComparison.Ordinal))
            {
                writes[resource] = writes.GetValueOrDefault(resource) + value;
            }
        }
        return writes;
    }

    internal async Task<double> ReconcilesAsync() => await SumAsync("kube_controller_reconcile_duration_seconds_count", labels => Label(labels, "controller") == "wasmtools");

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
    }

    private async Task<double> SumAsync(string name, Func<string, bool> isMeant) => (await SeriesAsync(name)).Where(series => isMeant(series.Labels)).Sum(series => series.Value);

    private async Task<List<(string Labels, double Value)>> SeriesAsync(string name)
    {
        var all = new List<(string, double)>();
        foreach (var line in (await _http.GetStringAsync(_metrics)).Split('\n'))
        {
            if (line.StartsWith(name, StringComparison.Ordinal) && line[name.Length] is ' ' or '{')
            {
                var space = line.LastIndexOf(' ');
                all.Add((line[name.Length..space], double.Parse(line[space..], CultureInfo.InvariantCulture)));
            }
        }
        return all;
    }

    private static string Label(string labels, string name)
    {
        var start = labels.IndexOf($"{name}=\"", StringComparison.Ordinal) + name.Length + 2;
        return labels[start..labels.IndexOf('"', start)];
    }
}
