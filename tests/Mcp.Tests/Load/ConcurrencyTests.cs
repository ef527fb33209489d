using System.Collections.Concurrent;
using System.Text.Json;
using Xunit;

namespace Tapedeck.Mcp.Tests.Load;

public sealed class ConcurrencyTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_thousand_calls_at_once_get_their_own_answers()
    {
        var all = new TaskCompletionSource();
        var running = 0;
        await using var server = await TestServer.StartAsync(new FuncTool("waits", async (arguments, _) =>
        {
            using var document = JsonDocument.Parse(arguments);
            var number = document.RootElement.GetProperty("n").GetInt32();
            // Nobody is answered before everybody is here.
            if (Interlocked.Increment(ref running) == 1_000)
            {
                all.TrySetResult();
            }
            await all.Task.WaitAsync(Patience);
            return ToolResult.Text($"{number}");
        }));
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 1_000 };
        using var client = new HttpClient(handler) { Timeout = Patience };
        var answers = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(async i =>
        {
            using var request = server.Call("waits", $"{{\"n\":{i}}}", id: $"{i}");
            using var response = await client.SendAsync(request);
            return await Answer.ReadAsync(response, default);
        }));
        Assert.Equal(Enumerable.Range(0, 1_000).Select(i => (i, $"{i}")), answers.Select(answer => (answer.Json.GetProperty("id").GetInt32(), answer.Text)));
    }

    [Fact]
    public async Task No_call_is_lost_or_sees_a_mixture_while_the_catalogue_is_swapped()
    {
        var options = TestServer.Options(Generation(0));
        await using var server = await TestServer.StartAsync(options);
        using var over = new CancellationTokenSource();
        var swaps = Task.Run(async () =>
        {
            var generation = 0;
            while (!over.IsCancellationRequested)
            {
                options.Catalogue.Publish(new Catalogue(Generation(++generation)));
                await Task.Delay(1);
            }
            return generation;
        });
        var calls = new ConcurrentBag<Answer>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 2_000), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, cancellation) =>
        {
            if (i % 4 == 0)
            {
                var list = await server.SendAsync(server.Modern("tools/list"), cancellation);
                // Both tools of one generation: a list is of one catalogue.
                Assert.Single(list.Result.GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("description").GetString()).Distinct());
            }
            else
            {
                calls.Add(await server.SendAsync(server.Call(i % 2 == 0 ? "a" : "b"), cancellation));
            }
        });
        await over.CancelAsync();
        Assert.InRange(await swaps, 2, int.MaxValue);
        Assert.Equal(1_500, calls.Count);
        Assert.All(calls, call => Assert.StartsWith("generation", call.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_call_ends_with_the_catalogue_that_it_began_with()
    {
        var started = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        var options = TestServer.Options(new FuncTool("tool", async (_, _) =>
        {
            started.TrySetResult();
            await go.Task.WaitAsync(Patience);
            return ToolResult.Text("old");
        }));
        await using var server = await TestServer.StartAsync(options);
        var old = server.SendAsync(server.Call("tool"));
        await started.Task.WaitAsync(Patience);
        options.Catalogue.Publish(new Catalogue([FuncTool.Says("tool", "new")]));
        Assert.Equal("new", (await server.SendAsync(server.Call("tool"))).Text);
        go.TrySetResult();
        Assert.Equal("old", (await old).Text);
    }

    private static ITool[] Generation(int number) =>
    [
        .. new[] { "a", "b" }.Select(name => new FuncTool(name, async (_, _) =>
        {
            await Task.Yield();
            return ToolResult.Text($"generation {number}");
        })
        {
            Declaration = new ToolDeclaration { Name = name, Description = $"generation {number}", InputSchema = "{\"type\":\"object\"}"u8.ToArray() },
        }),
    ];
}
