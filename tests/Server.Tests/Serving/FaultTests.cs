using System.Net;
using Tapedeck.Server.Loading;
using Xunit;

namespace Tapedeck.Server.Tests.Serving;

/// <summary>Registries and caches that fail: the tool says why, everything else serves, and it comes back by itself.</summary>
public sealed class FaultTests
{
    private const string NoSpins = """{"spins":0}""";

    [Theory]
    [InlineData("is down", true)]
    [InlineData("is overloaded", true)]
    [InlineData("hangs before it answers", true)]
    [InlineData("hangs within an answer", true)]
    [InlineData("breaks off", true)]
    [InlineData("gives other bytes", null)]
    [InlineData("gives no JSON", null)]
    [InlineData("never ends", null)]
    public async Task A_registry_that(string fault, bool? isRetryable)
    {
        var time = new ManualTime();
        await using var registry = await TestRegistry.StartAsync();
        registry.Push("v1", HandMade.Component(3));
        registry.Fault = async context =>
        {
            var isBlob = context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal);
            switch (fault)
            {
                case "is down":
                    context.Abort();
                    return true;
                case "is overloaded":
                    context.Response.StatusCode = 503;
                    return true;
                case "hangs before it answers":
                    await Task.Delay(Timeout.Infinite, context.RequestAborted);
                    return true;
                case "hangs within an answer" when isBlob:
                    context.Response.ContentLength = HandMade.Component(3).Length;
                    await context.Response.Body.WriteAsync(new byte[10], context.RequestAborted);
                    await context.Response.Body.FlushAsync(context.RequestAborted);
                    await Task.Delay(Timeout.Infinite, context.RequestAborted);
                    return true;
                case "breaks off" when isBlob:
                    context.Response.ContentLength = HandMade.Component(3).Length;
                    await context.Response.Body.WriteAsync(new byte[10], context.RequestAborted);
                    await context.Response.Body.FlushAsync(context.RequestAborted);
                    context.Abort();
                    return true;
                case "gives other bytes" when isBlob:
                    await context.Response.Body.WriteAsync(HandMade.Component(4), context.RequestAborted);
                    return true;
                case "gives no JSON" when !isBlob:
                    context.Response.ContentType = "application/vnd.oci.image.manifest.v1+json";
                    await context.Response.Body.WriteAsync("<html>"u8.ToArray(), context.RequestAborted);
                    return true;
                case "never ends":
                    context.Response.ContentType = "application/vnd.oci.image.manifest.v1+json";
                    while (true)
                    {
                        await context.Response.Body.WriteAsync(new byte[64 << 10], context.RequestAborted);
                    }
                default:
                    return false;
            }
        };
        using var station = new Station(time, TestRegistry.Options());
        station.Tool("text", Station.Example("text"));
        station.Write("tool.yaml", registry.Tool("tag: v1"));
        await using var server = await LiveServer.StartAsync(station);
        await EventuallyAsync(() => station.Served("tool").Failure is not null);
        var failure = station.Served("tool").Failure!;
        Assert.Equal(LoadFailure.PullFailed, failure.Reason);
        Assert.Equal(isRetryable ?? failure.IsRetryable, failure.IsRetryable);
        Assert.Contains(registry.Host, failure.Message, StringComparison.Ordinal);
        Assert.Equal("\"a-b\"", await server.AnswerAsync("slug", """{"title":"A b"}"""));
        using (var ready = await server.Client.GetAsync(new Uri(server.Operations, "/readyz")))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
            Assert.StartsWith("default/tool: PullFailed: ", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        registry.Fault = _ => Task.FromResult(false);
        if (!failure.IsRetryable)
        {
            // Somebody has to look at it, and says so by writing the tool anew.
            station.Write("tool.yaml", registry.Tool("tag: v1", more: ", interval: 5m") + "  tools: {include: [version]}\n");
        }
        await EventuallyAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(5));
            return station.Served("tool").Current is not null;
        });
        Assert.Equal("3", await server.AnswerAsync("version", NoSpins));
        Assert.Null(station.Served("tool").Failure);
    }

    [Fact]
    public async Task A_cache_that_is_deleted_or_corrupted_under_way_costs_time_and_nothing_else()
    {
        var folder = Directory.CreateTempSubdirectory("faults-").FullName;
        try
        {
            var cache = Path.Combine(folder, "cache");
            await using var registry = await TestRegistry.StartAsync();
            registry.Push("v1", Station.Example("text"));
            var options = TestRegistry.Options(cache) with { CodeKeyFile = Path.Combine(folder, "key") };
            using (var station = new Station(options: options))
            {
                station.Write("tool.yaml", registry.Tool("tag: v1"));
                await using var server = await LiveServer.StartAsync(station);
                Assert.Equal("\"a-b\"", await server.AnswerAsync("slug", """{"title":"A b"}"""));
                Assert.Equal(1, station.Served("tool").Current!.Translate());
                foreach (var inside in new[] { "components", "code", "crashes" })
                {
                    Directory.Delete(Path.Combine(cache, inside), recursive: true);
                }
                Assert.Equal("\"c-d\"", await server.AnswerAsync("slug", """{"title":"C d"}"""));
                // What comes from a file needs none of it, and the watch goes on.
                station.Tool("file", HandMade.Component(7), "tools: {rename: {version: seventh}}");
                await EventuallyAsync(() => station.Deck.Catalogue.Current.Tools.Any(tool => tool.Declaration.Name == "seventh") || server.Running.IsCompleted);
                Assert.Equal("7", await server.AnswerAsync("seventh", NoSpins));
                // A new version finds no store to be put into, and says so or makes one.
                registry.Push("v1", HandMade.Component(5));
                station.Write("tool.yaml", registry.Tool("tag: v1", more: ", interval: 5m") + "  tools: {include: [version]}\n");
                await EventuallyAsync(() => station.Served("tool").Failure is not null || station.Deck.Catalogue.Current.Tools.Any(tool => tool.Declaration.Name == "version"));
                if (station.Served("tool").Failure is { } failure)
                {
                    Assert.Equal(LoadFailure.PullFailed, failure.Reason);
                    Assert.Equal("\"c-d\"", await server.AnswerAsync("slug", """{"title":"C d"}"""));
                }
            }

            registry.Push("v1", Station.Example("text"));
            await ServesAsync();
            foreach (var file in Directory.EnumerateFiles(cache, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".run", StringComparison.Ordinal)))
            {
                // Half of it, with a byte that is another one.
                var bytes = File.ReadAllBytes(file);
                if (bytes.Length > 1)
                {
                    bytes[bytes.Length / 2] ^= 0x40;
                    File.WriteAllBytes(file, bytes);
                }
            }
            await ServesAsync();
            foreach (var file in Directory.EnumerateFiles(cache, "*", SearchOption.AllDirectories))
            {
                File.WriteAllBytes(file, []);
            }
            await ServesAsync();

            async Task ServesAsync()
            {
                using var station = new Station(options: options);
                station.Write("tool.yaml", registry.Tool("tag: v1"));
                await station.ApplyAsync();
                Assert.Null(station.Served("tool").Failure);
                Assert.Equal("\"a-b\"", await station.ValueAsync("slug", """{"title":"A b"}"""));
                Assert.Equal(1, station.Served("tool").Current!.Translate());
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
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
