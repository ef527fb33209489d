using Tapedeck.Policy;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Requests;

namespace Tapedeck.Bench.Workers;

/// <summary>What it costs to ask the gate, in CPU time and in bytes that are allocated, where the answer is yes.</summary>
internal static class GateWorker
{
    private const int Decisions = 10_000;
    private const int Repetitions = 20;

    internal static void Run()
    {
        var rules = string.Join(", ", Enumerable.Range(0, 39).Select(static i => $"{{host: host{i}.example.com, ports: [443], schemes: [https], pathPrefix: /v{i}}}"));
        var gate = BenchPolicy.Gate($"""
            storage: {"{"}allow: [{"{"}volume: {"{"}name: data, emptyDir: {"{"}sizeLimit: 1Gi{"}}"}, path: /data, access: [read], globs: ['**/*.txt', 'open/**']{"}"}]{"}"}
            environment: {"{"}allow: [{"{"}name: SEEN, value: x{"}"}]{"}"}
            network: {"{"}allow: [{rules}, {"{"}host: api.example.com, schemes: [https], methods: [GET], pathPrefix: /api{"}"}]{"}"}
            """);
        var http = HostRequest.Http("GET", "https", "api.example.com", "/api/items?page=3");
        Measure(gate, "http", http);
        Measure(gate, "address", http.To(Address.From(System.Net.IPAddress.Parse("93.184.215.14"))));
        Measure(gate, "file", HostRequest.Open("/data", "some/folder/file.txt", StorageUse.Read, isDirectory: false));
        Measure(gate, "name", HostRequest.Dns("api.example.com"));
        Measure(gate, "variable", HostRequest.Environment("SEEN"));
    }

    private static void Measure(Gate gate, string name, HostRequest request)
    {
        WarmUp.UntilSettled(() => Ask(gate, request, 1));
        // The least of some: what the runtime allocates once for itself is not the gate's.
        Worker.Report($"{name} bytes", Enumerable.Range(0, Repetitions).Min(_ => Allocated(gate, request)) / (double)Decisions);
        Worker.Report(name, CpuTime.Best(Repetitions, () => Ask(gate, request, Decisions)) * 1e3 / Decisions);
    }

    private static long Allocated(Gate gate, in HostRequest request)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Ask(gate, request, Decisions);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Ask(Gate gate, in HostRequest request, int times)
    {
        for (var i = 0; i < times; i++)
        {
            if (!gate.Ask(request).Allowed)
            {
                throw new InvalidOperationException($"the gate says no to {request}");
            }
        }
    }
}
