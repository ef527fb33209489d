using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Tapedeck.Server.Serving;
using Xunit;

namespace Tapedeck.Server.Tests.Serving;

/// <summary>All of it through sockets, as clients, probes and scrapers see it.</summary>
public sealed partial class ServeHostTests
{
    [Theory]
    [InlineData("2026-07-28", false)]
    [InlineData("2026-07-28", true)]
    [InlineData("2025-11-25", false)]
    [InlineData("2025-11-25", true)]
    public async Task The_official_client_lists_and_calls_tools(string version, bool sessions)
    {
        using var station = new Station();
        station.Tool("text", Station.Example("text"));
        station.Tool("hand", HandMade.Component(7));
        await using var server = await LiveServer.StartAsync(station, new ServeOptions { Sessions = sessions });
        await using var client = await McpClient.CreateAsync(
            new HttpClientTransport(new HttpClientTransportOptions { Endpoint = server.Mcp, TransportMode = HttpTransportMode.StreamableHttp }),
            new McpClientOptions { ProtocolVersion = version });
        Assert.Equal(version, client.NegotiatedProtocolVersion);
        Assert.Equal(["count", "divide", "grow", "long", "slug", "spin", "trap", "version"], (await client.ListToolsAsync()).Select(tool => tool.Name));
        var counted = await client.CallToolAsync("count", new Dictionary<string, object?> { ["text"] = "grüße\nan alle" });
        Assert.Equal("""{"characters":13,"words":3,"lines":2}""", ((TextContentBlock)counted.Content[0]).Text);
        Assert.Equal("""{"result":{"characters":13,"words":3,"lines":2}}""", counted.StructuredContent!.Value.GetRawText());
        var trapped = await client.CallToolAsync("trap");
        Assert.True(trapped.IsError);
        Assert.Null(trapped.StructuredContent);
        Assert.Equal("trap", trapped.Meta!["tapedeck.dev/error"]!["code"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("what nobody said", "", "", 1 << 20, "ok")]
    [InlineData("more than that by far", "", "", 2 << 20, "RequestEntityTooLarge")]
    [InlineData("more than that by a little", "", "", (1 << 20) + 100, "limit-arguments")]
    [InlineData("what the tool says", "limits: {arguments: 4Mi, concurrentCalls: 1}", "", 4 << 20, "ok")]
    [InlineData("more than the tool says", "limits: {arguments: 4Mi, concurrentCalls: 1}", "", 5 << 20, "RequestEntityTooLarge")]
    [InlineData("more than a policy leaves of it", "limits: {arguments: 4Mi}", "limits: {arguments: 2Mi}", 3 << 20, "RequestEntityTooLarge")]
    [InlineData("what a policy alone says, beyond what is planned for the tool", "limits: {concurrentCalls: 1}", "limits: {arguments: 4Mi}", 4 << 20, "ok")]
    public async Task Messages_are_as_large_as_the_limits_in_force_let_arguments_be(string name, string limits, string policy, int bytes, string expected)
    {
        using var station = new Station();
        station.Tool("text", Station.Example("text"), limits);
        if (policy.Length > 0)
        {
            station.Policy("policy", policy);
        }
        await using var server = await LiveServer.StartAsync(station);
        var arguments = $$"""{"text":"{{new string('x', bytes - "{'text':''}".Length)}}"}""";
        if (expected == "RequestEntityTooLarge")
        {
            Assert.Equal(expected, $"{await server.StatusOfAsync(server.Call("count", arguments))}");
            return;
        }
        var answer = await server.AnswerAsync("count", arguments);
        Assert.Equal(expected, answer.StartsWith('{') ? "ok" : answer);
    }

    [Fact]
    public async Task Without_any_tool_a_large_message_is_told_so()
    {
        using var station = new Station();
        await using var server = await LiveServer.StartAsync(station);
        Assert.Contains("Unknown tool: count", await server.AnswerAsync("count", $$"""{"text":"{{new string('x', 100_000)}}"}"""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_conformance_fixture_takes_large_messages()
    {
        using var station = new Station();
        await using var server = await LiveServer.StartAsync(station, new ServeOptions { ConformanceFixture = true });
        Assert.Equal(HttpStatusCode.OK, await server.StatusOfAsync(server.Call("test_simple_text", $$"""{"text":"{{new string('x', 3 << 20)}}"}""")));
    }

    [Fact]
    public async Task A_token_is_asked_for_and_a_new_one_counts_without_a_restart()
    {
        using var station = new Station();
        station.Tool("text", Station.Example("text"));
        station.Write("token", "first\n");
        await using var server = await LiveServer.StartAsync(station, new ServeOptions { BearerTokenFile = Path.Combine(station.Folder, "token"), Page = true });
        Assert.Equal(HttpStatusCode.Unauthorized, await With(null));
        Assert.Equal(HttpStatusCode.Unauthorized, await With("second"));
        Assert.Equal(HttpStatusCode.OK, await With("first"));
        // The page would show what the token guards.
        Assert.Equal(HttpStatusCode.NotFound, await server.StatusOfAsync(new HttpRequestMessage(HttpMethod.Get, server.Root)));
        station.Write("token", "second\n");
        await EventuallyAsync(async () => await With("second") == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Unauthorized, await With("first"));
        station.Write("token", "");
        await EventuallyAsync(() => Task.FromResult(station.Log.All.Any(line => line.Contains("the token before stays", StringComparison.Ordinal))));
        Assert.Equal(HttpStatusCode.OK, await With("second"));
        Assert.DoesNotContain(station.Log.All, line => line.Contains("second", StringComparison.Ordinal) || line.Contains("first", StringComparison.Ordinal));
        Assert.Contains(station.Log.All, line => line.Contains("call by bearer of default/text count", StringComparison.Ordinal));

        Task<HttpStatusCode> With(string? token)
        {
            var request = server.Call("count", """{"text":"a"}""");
            if (token is not null)
            {
                request.Headers.Authorization = new("Bearer", token);
            }
            return server.StatusOfAsync(request);
        }
    }

    [Theory]
    [InlineData("Host", "evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Host", "127.0.0.1.evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Host", "localhost", HttpStatusCode.OK)]
    [InlineData("Origin", "https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "http://localhost:9", HttpStatusCode.OK)]
    public async Task Pages_of_others_reach_neither_tools_nor_page(string header, string value, HttpStatusCode expected)
    {
        using var station = new Station();
        station.Tool("text", Station.Example("text"));
        await using var server = await LiveServer.StartAsync(station, new ServeOptions { Page = true });
        var call = server.Call("count", """{"text":"a"}""");
        call.Headers.Add(header, value);
        Assert.Equal(expected, await server.StatusOfAsync(call));
        foreach (var path in header == "Host" ? new[] { "", "page/page.js", "page/page.css", "page/status", "page/recent" } : [])
        {
            var page = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Root, path));
            page.Headers.Add(header, value);
            using var response = await server.Client.SendAsync(page);
            Assert.Equal(expected, response.StatusCode);
            if (expected == HttpStatusCode.OK)
            {
                Assert.StartsWith("default-src 'none'; script-src 'self'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
                Assert.Equal(["nosniff"], response.Headers.GetValues("X-Content-Type-Options"));
                Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
                Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
            }
        }
    }

    [Fact]
    public async Task It_is_alive_at_once_and_ready_when_every_tool_can_be_called()
    {
        using var station = new Station();
        station.Tool("hand", HandMade.Component(), "tools: {include: [version]}");
        station.Tool("broken", [.. "\0asm"u8]);
        await using var server = await LiveServer.StartAsync(station);
        Assert.Equal("ok\n", await server.Client.GetStringAsync(new Uri(server.Operations, "/healthz")));
        var (code, text) = await Ready();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, code);
        Assert.StartsWith("default/broken: ", text, StringComparison.Ordinal);
        Assert.Equal("1", await server.AnswerAsync("version", """{"spins":0}"""));
        station.Delete("broken.yaml");
        await EventuallyAsync(async () => (await Ready()).Code == HttpStatusCode.OK);
        var status = await server.Client.GetStringAsync(new Uri(server.Operations, "/status"));
        Assert.Equal(
            """
            {"ready":true,"notReady":[],"problems":[],"tools":[{"name":"default/hand","serving":true,"policy":{"generation":G,"mode":"Enforce","policies":[],"problems":[],"conflicts":[],"unavailable":[]},"limits":"memory=64Mi callDeadline=30s cpuTime=30s concurrentCalls=8 callsPerSecond=unlimited arguments=1Mi response=1Mi outboundRequests=32 openHandles=1024 log=64Ki","running":0,"artifact":{"source":"file:F","digest":"sha256:H","bytes":B,"imports":[],"signers":[],"notices":[]},"requestedCapabilities":[],"missingCapabilities":[],"toolsHash":"sha256:H","tools":[{"name":"version","export":"version","description":null}],"unserved":[]}]}
            """,
            Source().Replace(Numbers().Replace(Hashes().Replace(status, "sha256:H"), "\"$1\":N"), "file:F").Replace("\"generation\":N", "\"generation\":G", StringComparison.Ordinal).Replace("\"bytes\":N", "\"bytes\":B", StringComparison.Ordinal));
        // A collision takes both tools away.
        station.Tool("twin", HandMade.Component(2), "tools: {include: [version]}");
        await EventuallyAsync(async () => (await Ready()).Text.Contains("both have a tool version", StringComparison.Ordinal));

        async Task<(HttpStatusCode Code, string Text)> Ready()
        {
            using var response = await server.Client.GetAsync(new Uri(server.Operations, "/readyz"));
            return (response.StatusCode, await response.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task Metrics_are_text_that_Prometheus_reads_and_of_a_tool_that_is_gone_there_is_nothing()
    {
        using var station = new Station();
        station.Tool("hand", HandMade.Component());
        station.Tool("late", HandMade.Component(2), "tools: {prefix: late_}\n  limits: {callDeadline: 50ms}");
        station.Tool("fetch", Station.Example("fetch"));
        await using var server = await LiveServer.StartAsync(station);
        Assert.Equal("1", await server.AnswerAsync("version", """{"spins":0}"""));
        Assert.Equal("trap", await server.AnswerAsync("trap"));
        Assert.Equal("limit-call-deadline", await server.AnswerAsync("late_spin"));
        Assert.Equal("denied", await server.AnswerAsync("get", """{"url":"https://example.com/"}"""));
        var text = await server.Client.GetStringAsync(new Uri(server.Operations, "/metrics"));
        var typed = new HashSet<string>();
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            Assert.Matches(MetricLine(), line);
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                Assert.True(typed.Add(line.Split(' ')[2]), $"twice: {line}");
            }
            else if (!line.StartsWith('#'))
            {
                Assert.Contains(Regex.Replace(line.Split('{', ' ')[0], "_(bucket|sum|count)$", ""), typed);
            }
        }
        Assert.Contains("tapedeck_calls_total{function=\"version\",outcome=\"ok\",tool=\"default/hand\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("tapedeck_calls_total{function=\"trap\",outcome=\"trap\",tool=\"default/hand\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("tapedeck_denials_total{capability=\"network.http\",tool=\"default/fetch\",verdict=\"Denied\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("tapedeck_call_duration_seconds_bucket{function=\"version\",tool=\"default/hand\",le=\"+Inf\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("tapedeck_calls_running{tool=\"default/hand\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("tapedeck_memory_granted_bytes 0\n", text, StringComparison.Ordinal);
        station.Delete("hand.yaml");
        await EventuallyAsync(async () => !(await server.Client.GetStringAsync(new Uri(server.Operations, "/metrics"))).Contains("default/hand", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_call_that_runs_ends_after_the_signal_to_stop_and_no_new_one_begins()
    {
        using var station = new Station();
        station.Tool("hand", HandMade.Component(5), "limits: {callDeadline: 2s}");
        await using var server = await LiveServer.StartAsync(station);
        var running = server.AnswerAsync("spin");
        await EventuallyAsync(() => Task.FromResult(station.Served("hand").Seat.Slots.Running == 1));
        server.Stop();
        await EventuallyAsync(async () => await RefusedAsync());
        Assert.False(running.IsCompleted);
        using (var ready = await server.Client.GetAsync(new Uri(server.Operations, "/readyz")))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
            Assert.Contains("the process is stopping", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        Assert.Equal("limit-call-deadline", await running);
        await server.Running.WaitAsync(TimeSpan.FromSeconds(10));
        await station.AssertNothingIsLeftAsync();

        async Task<bool> RefusedAsync()
        {
            try
            {
                await server.AnswerAsync("version", """{"spins":0}""");
                return false;
            }
            catch (HttpRequestException)
            {
                return true;
            }
        }
    }

    [Fact]
    public async Task A_certificate_that_is_renewed_in_a_mounted_folder_is_shown_with_its_chain()
    {
        using var station = new Station();
        station.Tool("hand", HandMade.Component(5));
        var folder = Directory.CreateDirectory(Path.Combine(station.Folder, "tls")).FullName;
        Mount("1");
        File.CreateSymbolicLink(Path.Combine(folder, "tls.crt"), "..data/tls.crt");
        File.CreateSymbolicLink(Path.Combine(folder, "tls.key"), "..data/tls.key");
        var time = new ManualTime();
        var certificate = new TlsCertificate(folder, time, station.Log);
        Assert.Equal("CN=leaf-1", certificate.Current.TargetCertificate.Subject);
        await using (var server = await LiveServer.StartAsync(station, new ServeOptions { TlsFolder = folder }))
        {
            Assert.Equal("https", server.Root.Scheme);
            Assert.Equal("5", await server.AnswerAsync("version", """{"spins":0}"""));
            Assert.Equal(["CN=leaf-1", "CN=between-1"], await ChainAsync(server.Root.Port));
        }
        Mount("2");
        Assert.Equal("CN=leaf-1", certificate.Current.TargetCertificate.Subject);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("CN=leaf-2", certificate.Current.TargetCertificate.Subject);
        File.WriteAllText(Path.Combine(folder, "..data", "tls.crt"), "rubbish");
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("CN=leaf-2", certificate.Current.TargetCertificate.Subject);
        // Once may be a look between two writes; twice is a mistake that somebody has to hear of.
        Assert.DoesNotContain(station.Log.All, line => line.Contains("the one before stays", StringComparison.Ordinal));
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("CN=leaf-2", certificate.Current.TargetCertificate.Subject);
        Assert.Contains(station.Log.All, line => line.StartsWith($"Error: the certificate in {folder} cannot be read (its content is not what it has to be); the one before stays", StringComparison.Ordinal));

        // As kubelet does: a new folder, and a link that is moved to it.
        void Mount(string name)
        {
            var data = Directory.CreateDirectory(Path.Combine(folder, $"..{name}")).FullName;
            using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var betweenKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var root = Authority($"CN=root-{name}", rootKey).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue);
            using var betweenPublic = Authority($"CN=between-{name}", betweenKey).Create(root, DateTimeOffset.UnixEpoch, root.NotAfter, [1]);
            using var between = betweenPublic.CopyWithPrivateKey(betweenKey);
            using var leaf = new CertificateRequest($"CN=leaf-{name}", leafKey, HashAlgorithmName.SHA256).Create(between, DateTimeOffset.UnixEpoch, root.NotAfter, [2]);
            File.WriteAllText(Path.Combine(data, "tls.crt"), leaf.ExportCertificatePem() + "\n" + between.ExportCertificatePem() + "\n");
            File.WriteAllText(Path.Combine(data, "tls.key"), leafKey.ExportPkcs8PrivateKeyPem() + "\n");
            File.Delete(Path.Combine(folder, "..data"));
            File.CreateSymbolicLink(Path.Combine(folder, "..data"), $"..{name}");
        }

        static CertificateRequest Authority(string name, ECDsa key) => new(name, key, HashAlgorithmName.SHA256)
        {
            CertificateExtensions = { new X509BasicConstraintsExtension(true, false, 0, true) },
        };
    }

    [Fact]
    public async Task A_server_that_was_told_to_stop_takes_calls_and_follows_policies_until_everybody_has_heard()
    {
        using var station = new Station();
        station.Tool("hand", HandMade.Component(3));
        await using var server = await LiveServer.StartAsync(station, new ServeOptions { Linger = TimeSpan.FromSeconds(6) });
        server.Stop();
        await EventuallyAsync(async () => await server.StatusOfAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(server.Operations, "readyz"))) == HttpStatusCode.ServiceUnavailable);
        Assert.Equal("3", await server.AnswerAsync("version", """{"spins":0}"""));
        station.Tool("hand", HandMade.Component(4));
        await EventuallyAsync(async () => await server.AnswerAsync("version", """{"spins":0}""") == "4");
        await server.Running.WaitAsync(TimeSpan.FromSeconds(20));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => server.AnswerAsync("version", """{"spins":0}"""));
    }

    [Fact]
    public async Task A_thousand_calls_at_once_of_which_a_third_traps_and_a_third_times_out_all_have_an_answer_that_says_what_was()
    {
        const int each = 333;
        using var station = new Station(options: new() { CallThreads = 64, MemoryBytes = 128L << 30 });
        station.Tool("hand", HandMade.Component(9), "limits: {concurrentCalls: 1000, callDeadline: 500ms}");
        await using var server = await LiveServer.StartAsync(station);
        Assert.Equal("9", await server.AnswerAsync("version", """{"spins":0}"""));
        var answers = await Task.WhenAll(Enumerable.Range(0, 3 * each).Select(async i => (Kind: i % 3, Answer: await ((i % 3) switch
        {
            0 => server.AnswerAsync("version", """{"spins":10}"""),
            1 => server.AnswerAsync("trap"),
            _ => server.AnswerAsync("spin"),
        }))));
        // Whatever waits too long for one of few processors has run into its deadline as well. Where so many have that their threads get no processor to end on,
        // the engine takes no more for a moment, and says so.
        Assert.All(answers, answer => Assert.Contains(answer.Answer, answer.Kind switch
        {
            0 => ["9", "limit-call-deadline", "limit-concurrent-calls"],
            1 => ["trap", "limit-call-deadline", "limit-concurrent-calls"],
            _ => new[] { "limit-call-deadline", "limit-concurrent-calls" },
        }));
        Assert.Contains(answers, answer => answer.Answer == "9");
        Assert.Contains(answers, answer => answer.Answer == "trap");
        Assert.Contains(answers, answer => answer is { Kind: 2, Answer: "limit-call-deadline" });
        Assert.Equal("9", await server.AnswerAsync("version", """{"spins":0}"""));
        await station.AssertNothingIsLeftAsync();
    }

    private static async Task<string[]> ChainAsync(int port)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, port);
        string[] names = [];
        await using var stream = new SslStream(socket.GetStream(), false, (_, certificate, chain, _) =>
        {
            names = [certificate!.Subject, .. chain!.ChainPolicy.ExtraStore.Select(extra => extra.Subject).Where(subject => subject != certificate.Subject)];
            return true;
        });
        await stream.AuthenticateAsClientAsync("localhost");
        return names;
    }

    private static async Task EventuallyAsync(Func<Task<bool>> isSo)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(20), "it has not come to that");
            await Task.Delay(20);
        }
    }

    [GeneratedRegex("sha256:[0-9a-f]{64}")]
    private static partial Regex Hashes();

    [GeneratedRegex("\"(generation|bytes)\":([0-9]+)")]
    private static partial Regex Numbers();

    [GeneratedRegex("file:[^\"]*")]
    private static partial Regex Source();

    [GeneratedRegex("""^(# HELP [a-z_]+ .+|# TYPE [a-z_]+ (counter|gauge|histogram)|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? (\d+(\.\d+)?(E-?\d+)?))$""")]
    private static partial Regex MetricLine();
}
