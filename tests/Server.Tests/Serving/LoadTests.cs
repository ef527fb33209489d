using System.Collections.Concurrent;
using Xunit;

namespace Tapedeck.Server.Tests.Serving;

/// <summary>Much at once through sockets: every call is answered by its own outcome, and afterwards there is as much as before.</summary>
public sealed class LoadTests
{
    private const int Calls = 1_000;
    private const int Vanishing = 64;

    [Fact]
    public async Task Of_a_thousand_calls_at_once_a_third_times_out_and_a_third_traps_and_none_is_lost()
    {
        using var station = new Station(options: new() { CallThreads = Calls, MemoryBytes = 4L << 30 });
        station.Tool("good", HandMade.Component(7), $"limits: {{concurrentCalls: {Calls}, memory: 4Mi, callDeadline: 5m, cpuTime: 5m}}");
        station.Tool("late", HandMade.Component(8), $"tools: {{prefix: late_}}\n  limits: {{concurrentCalls: {Calls}, memory: 4Mi, callDeadline: 1s}}");
        await using var server = await LiveServer.StartAsync(station);
        var levels = new List<int>();
        for (var round = 1; round <= 2; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, Calls).Select(number => Task.Run(() => (number % 3) switch
            {
                0 => server.AnswerAsync("late_spin"),
                1 => server.AnswerAsync("trap"),
                _ => server.AnswerAsync("version", """{"spins":1000}"""),
            })));
            Assert.Equal(
                [("7", 333), ("limit-call-deadline", 334), ("trap", 333)],
                answers.CountBy(answer => answer).Select(pair => (pair.Key, pair.Value)).OrderBy(pair => pair.Key, StringComparer.Ordinal));
            await station.AssertNothingIsLeftAsync();
            Assert.Equal(round * Calls, station.Log.All.Count(line => line.StartsWith("Information: call by anonymous of default/", StringComparison.Ordinal)));
            var metrics = await server.Client.GetStringAsync(new Uri(server.Operations, "/metrics"));
            Assert.Contains($"tapedeck_calls_total{{function=\"trap\",outcome=\"trap\",tool=\"default/good\"}} {round * 333}\n", metrics, StringComparison.Ordinal);
            Assert.Contains("tapedeck_memory_granted_bytes 0\n", metrics, StringComparison.Ordinal);
            levels.Add(await HandlesAsync());
        }
        // The first round makes what is kept: threads, pools, code. After it nothing is added.
        Assert.InRange(levels[1], 0, levels[0] + 50);
    }

    [Fact]
    public async Task Calls_of_clients_that_vanish_are_cancelled_and_give_everything_back()
    {
        using var station = new Station(options: new() { CallThreads = Vanishing, MemoryBytes = 4L << 30 });
        station.Tool("hand", HandMade.Component(7), "limits: {concurrentCalls: 64, memory: 4Mi, callDeadline: 10m, cpuTime: 10m}");
        await using var server = await LiveServer.StartAsync(station);
        Assert.Equal("7", await server.AnswerAsync("version", """{"spins":0}"""));
        using (var leaves = new CancellationTokenSource())
        {
            var running = Enumerable.Range(0, Vanishing).Select(async _ =>
            {
                using var request = server.Call("spin");
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => server.Client.SendAsync(request, leaves.Token));
            }).ToArray();
            await EventuallyAsync(() => station.Served("hand").Seat.Slots.Running == Vanishing);
            // One more than may run is told so, and waits for nobody.
            Assert.Equal("limit-concurrent-calls", await server.AnswerAsync("version", """{"spins":0}"""));
            await leaves.CancelAsync();
            await Task.WhenAll(running);
        }
        await EventuallyAsync(() => station.Served("hand").Seat.Slots.Running == 0);
        await station.AssertNothingIsLeftAsync();
        await EventuallyAsync(() => station.Log.All.Count(line => line.Contains(": cancelled,", StringComparison.Ordinal)) == Vanishing);
        Assert.Equal("7", await server.AnswerAsync("version", """{"spins":0}"""));
    }

    [Fact]
    public async Task Policies_change_under_load_and_every_answer_is_that_of_one_of_them()
    {
        var folder = Directory.CreateTempSubdirectory("load-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "a.txt"), "hello");
            using var station = new Station(volumes: new Dictionary<string, string> { ["notes"] = folder });
            station.Tool("notes", Station.Example("notes"), "limits: {concurrentCalls: 64, memory: 4Mi, callDeadline: 5m}");
            station.Tool("text", Station.Example("text"), "limits: {concurrentCalls: 64, callDeadline: 5m}");
            await using var server = await LiveServer.StartAsync(station);
            var answers = new ConcurrentBag<string>();
            using var over = new CancellationTokenSource();
            var callers = Enumerable.Range(0, 16).Select(number => Task.Run(async () =>
            {
                while (!over.IsCancellationRequested)
                {
                    answers.Add(await (number % 2 == 0 ? server.AnswerAsync("names") : server.AnswerAsync("slug", """{"title":"A b"}""")));
                }
            })).ToArray();
            for (var change = 1; change <= 20; change++)
            {
                var generation = station.Served("notes").Policies.Generation;
                station.Policy("policy", change % 2 == 0 ? "network: {allow: [{host: example.com}]}" : "storage: {allow: [{volume: {name: notes, emptyDir: {sizeLimit: 1Mi}}, path: /notes, access: [read]}]}");
                await EventuallyAsync(() => station.Served("notes").Policies.Generation > generation);
                // As soon as the policy is in force, a call that begins has it.
                var answer = await server.AnswerAsync("names");
                Assert.Equal(change % 2 == 1, answer.Contains('a', StringComparison.Ordinal) && answer.StartsWith('['));
            }
            await over.CancelAsync();
            await Task.WhenAll(callers);
            // What was granted or not, and never a fault of the runtime, which would be in the log.
            Assert.Empty(station.Log.All.Where(line => line.StartsWith("Error: ", StringComparison.Ordinal)));
            Assert.All(answers.Distinct(), answer => Assert.Contains(answer, new[] { "\"a-b\"", "[\"a.txt\"]", "tool-error", "denied", "trap" }));
            Assert.Contains("[\"a.txt\"]", answers);
            await station.AssertNothingIsLeftAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Open files and sockets of this process, once connections that are being closed are gone.</summary>
    private static async Task<int> HandlesAsync()
    {
        if (!Directory.Exists("/proc/self/fd"))
        {
            return 0;
        }
        var least = int.MaxValue;
        for (var look = 0; look < 20; look++)
        {
            least = Math.Min(least, Directory.EnumerateFileSystemEntries("/proc/self/fd").Count());
            await Task.Delay(100);
        }
        return least;
    }

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        for (var look = 0; look < 6_000 && !condition(); look++)
        {
            await Task.Delay(50);
        }
        Assert.True(condition());
    }
}
