using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Tapedeck.Mcp.Tests.Legacy;
using Xunit;

namespace Tapedeck.Mcp.Tests.Protocol;

/// <summary>What a call keeps is kept until its answer is on its way, in each era and on each transport.</summary>
public sealed class KeptTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("over HTTP")]
    [InlineData("over HTTP, in the legacy era")]
    [InlineData("in a session")]
    [InlineData("over standard input")]
    [InlineData("over standard input, in the legacy era")]
    public async Task What_a_call_keeps_is_given_back_once_when_it_was_answered(string how)
    {
        var kept = new Kept();
        var early = false;
        var tool = new FuncTool("keeps", async (_, context) =>
        {
            context.KeepUntilAnswered(kept);
            await Task.Yield();
            early = kept.Disposals > 0;
            return ToolResult.Text("done");
        });
        await CallAsync(how, tool);
        await kept.Disposed.WaitAsync(Patience);
        await Task.Delay(100);
        Assert.Equal((1, false), (kept.Disposals, early));
    }

    [Fact]
    public async Task What_a_call_keeps_whose_client_is_gone_is_given_back()
    {
        var kept = new Kept();
        var keeps = new TaskCompletionSource();
        await using var server = await TestServer.StartAsync(new FuncTool("keeps", async (_, context) =>
        {
            context.KeepUntilAnswered(kept);
            keeps.SetResult();
            await Task.Delay(Timeout.Infinite, context.Cancellation);
            return ToolResult.Text("never");
        }));
        using var leaves = new CancellationTokenSource();
        var call = server.SendAsync(server.Call("keeps"), leaves.Token);
        await keeps.Task.WaitAsync(Patience);
        Assert.Equal(0, kept.Disposals);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await kept.Disposed.WaitAsync(Patience);
    }

    [Fact]
    public void Where_nobody_waits_for_an_answer_nothing_is_kept()
    {
        var kept = new Kept();
        new CallContext { ProtocolVersion = "test" }.KeepUntilAnswered(kept);
        Assert.Equal(1, kept.Disposals);
    }

    private static async Task CallAsync(string how, ITool tool)
    {
        if (how.StartsWith("over standard input", StringComparison.Ordinal))
        {
            string[] lines = how.EndsWith("legacy era", StringComparison.Ordinal)
                ? [StatelessTests.Initialize(), """{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"keeps"}}"""]
                : [$"{{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{{\"name\":\"keeps\",{TestServer.Meta}}}}}"];
            var (input, output) = (new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines))), new MemoryStream());
            await StdioServer.RunAsync(TestServer.Options(tool), input, output, NullLogger.Instance, default).WaitAsync(Patience);
            Assert.Contains("done", Encoding.UTF8.GetString(output.ToArray()), StringComparison.Ordinal);
            return;
        }
        await using var server = await TestServer.StartAsync(TestServer.Options(tool) with { Sessions = how == "in a session" });
        var request = how == "over HTTP" ? server.Call("keeps") : server.Legacy("tools/call", """{"name":"keeps"}""");
        if (how == "in a session")
        {
            request.Headers.Add("Mcp-Session-Id", (await server.SendAsync(server.Post(StatelessTests.Initialize()))).Response.Headers.GetValues("Mcp-Session-Id").Single());
        }
        Assert.Equal("done", (await server.SendAsync(request)).Text);
    }

    private sealed class Kept : IDisposable
    {
        private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _disposals;

        internal int Disposals => Volatile.Read(ref _disposals);

        internal Task Disposed => _disposed.Task;

        public void Dispose()
        {
            Interlocked.Increment(ref _disposals);
            _disposed.TrySetResult();
        }
    }
}
