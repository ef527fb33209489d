using System.Diagnostics;
using System.Text;
using Tapedeck.Policy.Requests;
using Xunit;
using Xunit.Abstractions;

namespace Tapedeck.Policy.Tests;

/// <summary>What an allowed request costs.</summary>
public sealed class AllocationTests(ITestOutputHelper output)
{
    private const int Rounds = 100;

    private static readonly Grants Grants = Policies.Grants(ManyRules());

    public static TheoryData<string> Allowed =>
    [
        "GET https://api.example.com/v1/things?q=1", "GET https://api.example.com/v1/things @ 93.184.216.34", "GET https://a.b.wild.example/",
        "GET https://host-499.example/", "DNS api.example.com", "TCP 10.5.0.1 6379", "TCP 93.184.216.34 5432 as db.example", "UDP 93.184.216.34 123 as time.example",
        "GET http://[2606:4700::1]/",
    ];

    [Theory, MemberData(nameof(Allowed))]
    public void An_allowed_network_request_allocates_nothing(string line) => AssertNothing(Requests.Of(line));

    [Fact]
    public void An_allowed_open_allocates_nothing() => AssertNothing(HostRequest.Open("/data", "a//./b/x.csv", StorageUse.Write, false));

    [Fact]
    public void An_allowed_key_allocates_nothing() => AssertNothing(HostRequest.Environment("KEY"));

    [Fact]
    public void Making_a_request_of_plain_texts_allocates_nothing()
    {
        var allocated = Allocated(() => HostRequest.Http("GET", "https", "api.example.com", "/v1/things?q=1"));
        Assert.Equal(0, allocated);
    }

    [Theory, MemberData(nameof(Allowed))]
    public void A_decision_takes_a_microsecond(string line)
    {
        // The best of many short samples: the machine may be busy, and the code is not slower for that. The target is 1 us; a build without
        // optimisation, on a machine that is shared, gets room.
        var gate = new Gate("team/tool", Grants, null);
        var request = Requests.Of(line);
        Allocated(() => gate.Ask(request));
        var best = Enumerable.Range(0, 500).Min(_ => Time(gate, request)).TotalNanoseconds / Rounds;
        output.WriteLine($"{best:F0} ns {line}");
        Assert.InRange(best, 0, 10_000);
    }

    private static TimeSpan Time(Gate gate, HostRequest request)
    {
        var start = Stopwatch.GetTimestamp();
        for (var round = 0; round < Rounds; round++)
        {
            gate.Ask(request);
        }
        return Stopwatch.GetElapsedTime(start);
    }

    private static void AssertNothing(HostRequest request)
    {
        var gate = new Gate("team/tool", Grants, static (string _, in HostRequest _, in Decision _) => { });
        Assert.Equal(Verdict.Allowed, gate.Ask(request).Verdict);
        Assert.Equal(0, Allocated(() => gate.Ask(request)));
    }

    private static long Allocated<T>(Func<T> action)
    {
        // Code that is not optimised yet may box; some rest lets the runtime get that done, and on a busy machine that takes its time.
        var least = long.MaxValue;
        for (var rest = 0; rest < 40 && least > 0; rest++)
        {
            for (var round = 0; round < 100; round++)
            {
                action();
            }
            Thread.Sleep(250);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var round = 0; round < 1_000; round++)
            {
                action();
            }
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }

    private static string ManyRules()
    {
        var yaml = new StringBuilder("""
            environment: {allow: [{name: KEY, value: v}], deny: [{name: "AWS_*"}]}
            storage:
              allow: [{volume: {name: d, emptyDir: {sizeLimit: 1Mi}}, path: /data, access: [read, write], globs: ["**/*.csv"]}]
              deny: [{path: /data/secret}]
            network:
              deny: [{host: bad.example}, {cidr: 198.41.0.0/24}]
              allow:
              - {host: api.example.com, schemes: [https], methods: [GET], pathPrefix: /v1}
              - {host: "*.wild.example"}
              - {cidr: 10.5.0.0/16, protocol: tcp, ports: [6379]}
              - {host: db.example, protocol: tcp, ports: [5432]}
              - {host: time.example, protocol: udp, ports: [123]}
              - {cidr: "2606:4700::/32"}

            """);
        for (var host = 0; host < 500; host++)
        {
            yaml.Append($"  - {{host: host-{host}.example}}\n");
        }
        return yaml.ToString();
    }
}
