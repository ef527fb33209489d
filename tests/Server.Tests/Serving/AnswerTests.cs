using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Tapedeck.Server.Tests.Serving;

/// <summary>Clients that ask for large answers and do not read them.</summary>
public sealed class AnswerTests
{
    private const int Clients = 25;
    private const long Memory = 256L << 20;
    private const long MemoryOfCall = 48L << 20;

    // Beyond what the system itself takes of an answer for a connection, 4 MiB, where it is there twice: as text and as a value.
    private const int Long = 2_500_000;
    private const string Limits = "limits: {concurrentCalls: 64, memory: 48Mi, arguments: 4Mi, response: 4Mi}";

    private static readonly string LongTitle = $$"""{"title":"{{new string('x', Long)}}"}""";

    [Fact]
    public async Task Answers_that_nobody_reads_take_no_more_memory_than_calls_have()
    {
        using var station = new Station(options: new() { MemoryBytes = Memory });
        station.Tool("text", Station.Example("text"), Limits);
        await using var server = await LiveServer.StartAsync(station);
        var sockets = new List<Socket>();
        try
        {
            for (var client = 1; client <= Clients; client++)
            {
                sockets.Add(await AskAsync(server));
                var asked = client;
                await EventuallyAsync(() => station.Log.All.Count(line => line.StartsWith("Information: call by anonymous", StringComparison.Ordinal)) == asked);
                Assert.InRange(station.Runtime.Services.Memory.Taken, 0, Memory);
            }
            // Those that were answered have their slots back and keep their memory; the last ones found none.
            Assert.Equal(0, station.Served("text").Seat.Slots.Running);
            Assert.InRange(station.Runtime.Services.Memory.Taken, Memory - MemoryOfCall, Memory);
            Assert.Equal("limit-memory", await server.AnswerAsync("slug", """{"title":"A b"}"""));
            // Each that goes gives its own to the others.
            sockets[0].Dispose();
            sockets[1].Dispose();
            sockets[2].Dispose();
            await EventuallyAsync(() => station.Runtime.Services.Memory.Taken <= Memory - MemoryOfCall);
            Assert.Equal("\"a-b\"", await server.AnswerAsync("slug", """{"title":"A b"}"""));
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task An_answer_whose_client_is_gone_takes_nothing()
    {
        using var station = new Station(options: new() { MemoryBytes = Memory });
        station.Tool("text", Station.Example("text"), Limits);
        await using var server = await LiveServer.StartAsync(station);
        using (await AskAsync(server))
        {
            await EventuallyAsync(() => station.Runtime.Services.Memory.Taken is > 2 * Long and < MemoryOfCall && station.Served("text").Seat.Slots.Running == 0);
        }
        await EventuallyAsync(() => station.Runtime.Services.Memory.Taken == 0);
        Assert.Equal(Long + 2, (await server.AnswerAsync("slug", LongTitle)).Length);
        await EventuallyAsync(() => station.Runtime.Services.Memory.Taken == 0);
    }

    [Fact]
    public async Task An_answer_larger_than_the_calls_own_memory_counts_as_a_whole_or_is_none()
    {
        // Two megabytes of zero bytes are \u0000 each in JSON, six times as much, and that in memory six times: 72 MiB of a call that has four.
        const long answer = 6L * ((6 * (2 << 20)) + 2);
        const int kept = (int)(Memory / answer);
        using var station = new Station(options: new() { MemoryBytes = Memory });
        station.Tool("hand", HandMade.Component(), "limits: {memory: 4Mi, response: 16Mi}");
        await using var server = await LiveServer.StartAsync(station);
        var sockets = new List<Socket>();
        try
        {
            for (var client = 1; client <= kept; client++)
            {
                sockets.Add(await AskAsync(server, "long"));
                var all = client * answer;
                await EventuallyAsync(() => station.Runtime.Services.Memory.Taken == all && station.Served("hand").Seat.Slots.Running == 0);
            }
            Assert.Equal("limit-memory", await server.AnswerAsync("long"));
            var refused = Station.ErrorOf(await station.CallAsync("long"));
            Assert.Equal("the call came to its end, but the limit memory of 256Mi was reached by its answer: ask for less at once, or again later", refused.Message);
            Assert.Equal(kept * answer, station.Runtime.Services.Memory.Taken);
            sockets[0].Dispose();
            await EventuallyAsync(() => station.Runtime.Services.Memory.Taken == (kept - 1) * answer);
            Assert.Equal((answer / 6) - 2, (await server.AnswerAsync("long")).Length - 2);
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
        await EventuallyAsync(() => station.Runtime.Services.Memory.Taken == 0);
    }

    /// <summary>Asks for a call, and reads nothing.</summary>
    private static async Task<Socket> AskAsync(LiveServer server, string function = "slug")
    {
        using var request = server.Call(function, function == "slug" ? LongTitle : "{}");
        var body = await request.Content!.ReadAsByteArrayAsync();
        var head = $"POST /mcp HTTP/1.1\r\nHost: {server.Mcp.Authority}\r\n{request.Headers}{request.Content.Headers}\r\n";
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4_096 };
        await socket.ConnectAsync(server.Mcp.Host, server.Mcp.Port);
        foreach (var part in new[] { Encoding.ASCII.GetBytes(head), body })
        {
            for (var at = 0; at < part.Length;)
            {
                at += await socket.SendAsync(part.AsMemory(at));
            }
        }
        return socket;
    }

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        for (var look = 0; look < 2_000 && !condition(); look++)
        {
            await Task.Delay(50);
        }
        Assert.True(condition());
    }
}
