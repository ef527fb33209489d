using System.Text;
using System.Text.Json;
using Tapedeck.Mcp.Protocol;
using Xunit;

namespace Tapedeck.Mcp.Tests.Load;

/// <summary>Whatever bytes come, they are served or refused.</summary>
public sealed class FuzzTests
{
    private static readonly string[] Seeds =
    [
        $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{{\"name\":\"echo\",\"arguments\":{{\"a\":[1,\"\\ud83d\\ude00\",null]}},{TestServer.Meta}}}}}",
        $"{{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"tools/list\",\"params\":{{\"cursor\":\"YWZ0ZXI6YQ\",{TestServer.Meta}}}}}",
        $"{{\"jsonrpc\":\"2.0\",\"id\":-7,\"method\":\"server/discover\",\"params\":{{{TestServer.Meta}}}}}",
        """{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}""",
        """{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"1","_meta":{"progressToken":1,"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}}""",
        """{"jsonrpc":"2.0","id":1,"result":{"a":1}}""",
    ];

    private static readonly McpLimits Limits = new();

    private static readonly string[] Tokens =
    [
        "{", "}", "[", "]", "\"", ",", ":", "null", "true", "-1", "1e999", "0.1", "\\", "\\ud800", "\\udc00", "\\u0000", "\u0000", "\"id\":", "\"method\":", "\"_meta\":{",
        "\"params\":", "\"jsonrpc\":\"2.0\"", "\"name\":\"echo\"", "\"progressToken\":", "\"io.modelcontextprotocol/logLevel\":\"info\"", "\u00ff", "\n", "/*", "[[[[[[[[",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_reader_reads_or_refuses(int seed)
    {
        var random = new Random(seed);
        var catalogue = new Catalogue([FuncTool.Echo()]);
        var read = 0;
        for (var i = 0; i < 25_000; i++)
        {
            var bytes = Mutated(random);
            using var message = Message.Read(bytes, Limits, out var error, out var id);
            Assert.Equal(message is null, error is not null);
            if (message is null)
            {
                using var refusal = Replies.Error(id.Span, error!);
                JsonDocument.Parse(refusal.Written).Dispose();
                continue;
            }
            read++;
            _ = Metadata.Read(message, out var metadata);
            _ = metadata.TraceOr(default);
            _ = metadata.IsModern(message);
            _ = ToolCall.Read(message, catalogue, out _);
            _ = ListParams.Read(message, out _);
        }
        // Mutations that leave nothing whole would test the first line only.
        Assert.InRange(read, 500, 25_000);
    }

    [Theory]
    [InlineData(11, false)]
    [InlineData(12, true)]
    public async Task The_endpoint_never_fails(int seed, bool sessions)
    {
        var random = new Random(seed);
        await using var server = await TestServer.StartAsync(TestServer.Options(FuncTool.Echo()) with { Sessions = sessions });
        for (var i = 0; i < 1_500; i++)
        {
            var request = server.Post(Mutated(random));
            Decorate(request, random);
            var answer = await server.SendAsync(request);
            Assert.InRange((int)answer.Status, 200, 499);
            if (answer.Body.Length > 0 && answer.ContentType == "application/json")
            {
                Assert.Equal("2.0", answer.Json.GetProperty("jsonrpc").GetString());
                Assert.NotEqual(-32603, answer.ErrorCode);
            }
        }
        Assert.Equal("{}", (await server.SendAsync(server.Call("echo"))).Text);
    }

    private static void Decorate(HttpRequestMessage request, Random random)
    {
        string[] versions = ["2026-07-28", "2025-11-25", "nonsense", ""];
        string[] methods = ["tools/call", "tools/list", "server/discover", "=?base64?x", "\t"];
        string[] names = ["echo", "=?base64?ZWNobw==?=", "=?base64??=", "=?base64?=", "x"];
        AddSometimes("MCP-Protocol-Version", versions);
        AddSometimes("Mcp-Method", methods);
        AddSometimes("Mcp-Name", names);
        AddSometimes("Mcp-Session-Id", names);
        AddSometimes("traceparent", ["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "zz", ""]);

        void AddSometimes(string name, string[] values)
        {
            if (random.Next(3) > 0)
            {
                request.Headers.TryAddWithoutValidation(name, values[random.Next(values.Length)]);
            }
        }
    }

    private static byte[] Mutated(Random random)
    {
        var bytes = Encoding.UTF8.GetBytes(Seeds[random.Next(Seeds.Length)]).ToList();
        for (var i = random.Next(4); i > 0 && bytes.Count > 1; i--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 12), bytes.Count - at));
                    break;
                case 2:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Tokens[random.Next(Tokens.Length)]));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 40), bytes.Count - at)));
                    break;
                case 4:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }
        return [.. bytes];
    }
}
