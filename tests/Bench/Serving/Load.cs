using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Tapedeck.Bench.Serving;

/// <summary>Requests over connections that are kept, one after the other on each. Its own work is little and charged to nobody.</summary>
internal sealed class Load(Uri endpoint, params Load.Call[] calls)
{
    private const string Meta =
        "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientInfo\":{\"name\":\"bench\",\"version\":\"1\"},\"io.modelcontextprotocol/clientCapabilities\":{}}";

    private readonly byte[][] _requests = [.. calls.Select(call => Request(endpoint, call))];

    /// <summary>Uses the connections until the time is up.</summary>
    /// <returns>How long each answer took, in microseconds, in order.</returns>
    internal double[] Run(int connections, TimeSpan time)
    {
        var all = new List<double>[connections];
        var until = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        Task.WhenAll(Enumerable.Range(0, connections).Select(number => Task.Run(async () => all[number] = await UseAsync(number, until)))).GetAwaiter().GetResult();
        var sorted = all.SelectMany(one => one).ToArray();
        Array.Sort(sorted);
        return sorted;
    }

    /// <summary>One call, as a text.</summary>
    internal string Once()
    {
        using var client = Connect();
        return ExchangeAsync(client.GetStream(), _requests[0], new byte[1 << 16]).GetAwaiter().GetResult();
    }

    private TcpClient Connect() => new(endpoint.Host, endpoint.Port) { NoDelay = true };

    private async Task<List<double>> UseAsync(int number, long until)
    {
        using var client = Connect();
        var (stream, buffer, times) = (client.GetStream(), new byte[1 << 16], new List<double>());
        for (var turn = number; Stopwatch.GetTimestamp() is var started && started < until; turn++)
        {
            var answer = await ExchangeAsync(stream, _requests[turn % _requests.Length], buffer);
            if (!answer.Contains(calls[turn % calls.Length].Answer, StringComparison.Ordinal))
            {
                throw new InvalidDataException($"an answer without {calls[turn % calls.Length].Answer}: {answer}");
            }
            times.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
        }
        return times;
    }

    private static byte[] Request(Uri endpoint, Call call)
    {
        var body = Encoding.UTF8.GetBytes($"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{{\"name\":\"{call.Tool}\",\"arguments\":{call.Arguments},{Meta}}}}}");
        return [.. Encoding.ASCII.GetBytes(
            $"POST {endpoint.AbsolutePath} HTTP/1.1\r\nHost: {endpoint.Authority}\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n"
            + $"MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: {call.Tool}\r\nContent-Length: {body.Length}\r\n\r\n"), .. body];
    }

    /// <summary>Reads an answer with a length or in chunks. Enough for servers that we know, and no client for others.</summary>
    private static async Task<string> ExchangeAsync(NetworkStream stream, byte[] request, byte[] buffer)
    {
        await stream.WriteAsync(request);
        var length = 0;
        while (true)
        {
            var count = await stream.ReadAsync(buffer.AsMemory(length));
            length += count > 0 ? count : throw new IOException("the server closed the connection");
            if (IsWhole(buffer.AsSpan(0, length)))
            {
                return Encoding.UTF8.GetString(buffer, 0, length);
            }
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return false;
        }
        var text = Encoding.ASCII.GetString(answer[..head]);
        const string Length = "content-length: ";
        var at = text.IndexOf(Length, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return answer.EndsWith("\r\n0\r\n\r\n"u8);
        }
        var end = text.IndexOf('\r', at);
        return answer.Length >= head + 4 + int.Parse(end < 0 ? text[(at + Length.Length)..] : text[(at + Length.Length)..end]);
    }

    /// <summary>What is asked, and what has to be in the answer.</summary>
    internal sealed record Call(string Tool, string Arguments, string Answer);
}
