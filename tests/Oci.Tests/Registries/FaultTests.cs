using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Tapedeck.Oci.Images;
using Tapedeck.Oci.Registries;
using Xunit;

namespace Tapedeck.Oci.Tests.Registries;

/// <summary>A registry that is down, slow, lying or hostile.</summary>
public sealed class FaultTests
{
    private static readonly byte[] Content = Samples.Component(400_000);

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_failure_that_passes_is_waited_for(int status)
    {
        await using var registry = await FaultyRegistry.Start();
        registry.AddComponent(Content, "1.0");
        FailFirst(registry, 2, status);
        using var client = new RegistryClient(registry.Options());
        Assert.True((await client.Open(registry.Reference()).GetManifest("1.0", default)).IsOk);
        Assert.Equal(3, registry.Requests.Count);
    }

    [Theory]
    [InlineData(429, OciErrorKind.Busy, false)]
    [InlineData(503, OciErrorKind.Unreachable, false)]
    [InlineData(429, OciErrorKind.Busy, true)]
    [InlineData(503, OciErrorKind.Unreachable, true)]
    public async Task A_failure_that_lasts_is_given_up_and_may_be_tried_again(int status, OciErrorKind kind, bool isBlob)
    {
        await using var registry = await FaultyRegistry.Start();
        FailFirst(registry, int.MaxValue, status);
        using var client = new RegistryClient(registry.Options());
        var error = await ErrorOf(client.Open(registry.Reference()), isBlob);
        Assert.Equal(kind, Assert.IsType<RetryableError>(error).Kind);
        Assert.Equal(5, registry.Requests.Count);
    }

    [Theory]
    [InlineData("seconds", "7")]
    [InlineData("a date", null)]
    public async Task Retry_after_is_obeyed(string name, string? header)
    {
        await using var registry = await FaultyRegistry.Start();
        registry.AddComponent(Content, "1.0");
        var time = new FastTime();
        FailFirst(registry, 1, 429, header ?? time.GetUtcNow().AddSeconds(8).ToString("R", CultureInfo.InvariantCulture));
        using var client = new RegistryClient(registry.Options(time));
        Assert.True((await client.Open(registry.Reference()).GetManifest("1.0", default)).IsOk);
        Assert.Contains(time.Asked, asked => asked > TimeSpan.FromSeconds(6) && asked <= TimeSpan.FromSeconds(8));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_asks_for_an_hour_is_not_waited_for(bool isBlob)
    {
        await using var registry = await FaultyRegistry.Start();
        FailFirst(registry, int.MaxValue, 429, "3600");
        using var client = new RegistryClient(registry.Options());
        var error = await ErrorOf(client.Open(registry.Reference()), isBlob);
        Assert.Equal(TimeSpan.FromHours(1), Assert.IsType<RetryableError>(error).After);
        Assert.Single(registry.Requests);
    }

    [Theory]
    [InlineData(400, OciErrorKind.Malformed)]
    [InlineData(403, OciErrorKind.Denied)]
    [InlineData(404, OciErrorKind.NotFound)]
    [InlineData(418, OciErrorKind.Malformed)]
    [InlineData(501, OciErrorKind.Malformed)]
    public async Task A_failure_that_stays_is_asked_for_once(int status, OciErrorKind kind)
    {
        await using var registry = await FaultyRegistry.Start();
        FailFirst(registry, int.MaxValue, status);
        using var client = new RegistryClient(registry.Options());
        var error = Assert.IsType<TerminalError>((await client.Open(registry.Reference()).GetManifest("1.0", default)).Error);
        Assert.Equal(kind, error.Kind);
        Assert.Contains("SOME_CODE", error.What, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
        Assert.Single(registry.Requests);
    }

    [Fact]
    public async Task A_registry_that_is_down_is_unreachable()
    {
        var registry = await FaultyRegistry.Start();
        await registry.DisposeAsync();
        using var client = new RegistryClient(registry.Options());
        var error = (await client.Open(registry.Reference()).GetManifest("1.0", default)).Error;
        Assert.Equal(OciErrorKind.Unreachable, Assert.IsType<RetryableError>(error).Kind);
    }

    [Fact]
    public async Task A_registry_that_does_not_answer_is_given_up()
    {
        await using var registry = await FaultyRegistry.Start();
        registry.Fault = Hang;
        using var client = new RegistryClient(registry.Options() with { MostTries = 2, AnswerTimeout = TimeSpan.FromSeconds(30) });
        var error = (await client.Open(registry.Reference()).GetManifest("1.0", default)).Error;
        Assert.Contains("did not answer in 30 s", Assert.IsType<RetryableError>(error).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Something_that_is_no_HTTP_is_unreachable()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var babble = Task.Run(async () =>
        {
            while (true)
            {
                using var peer = await listener.AcceptTcpClientAsync();
                await peer.GetStream().WriteAsync("SSH-2.0-hello\r\n\r\n"u8.ToArray());
            }
        });
        var reference = Reference.Parse($"{listener.LocalEndpoint}/demo/greet:1.0").Required;
        await using var registry = await FaultyRegistry.Start();
        var options = registry.Options();
        using var client = new RegistryClient(options with { Registries = options.Registries.Add(reference.Registry, new RegistryOptions { PlainHttp = true }) });
        Assert.Equal(OciErrorKind.Unreachable, Assert.IsType<RetryableError>((await client.Open(reference).GetManifest("1.0", default)).Error).Kind);
        listener.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => babble);
    }

    [Fact]
    public async Task A_manifest_of_another_digest_is_refused()
    {
        await using var registry = await FaultyRegistry.Start();
        var digest = registry.AddComponent(Content, "1.0");
        registry.Fault = Body(" {}"u8.ToArray(), MediaTypes.ImageManifest);
        using var client = new RegistryClient(registry.Options());
        Assert.Equal(OciErrorKind.DigestMismatch, (await client.Open(registry.Reference()).GetManifest(digest.ToString(), default)).Error!.Kind);
    }

    [Fact]
    public async Task A_manifest_under_a_tag_has_the_digest_that_its_header_claims()
    {
        await using var registry = await FaultyRegistry.Start();
        registry.AddComponent(Content, "1.0");
        registry.Fault = context =>
        {
            context.Response.OnStarting(() =>
            {
                context.Response.Headers["Docker-Content-Digest"] = Digest.Sha256("else"u8).ToString();
                return Task.CompletedTask;
            });
            return Task.FromResult(false);
        };
        using var client = new RegistryClient(registry.Options());
        Assert.Equal(OciErrorKind.DigestMismatch, (await client.Open(registry.Reference()).GetManifest("1.0", default)).Error!.Kind);
    }

    [Theory]
    [InlineData("that says how long it is", true)]
    [InlineData("that does not", false)]
    public async Task A_huge_manifest_is_not_read(string name, bool says)
    {
        await using var registry = await FaultyRegistry.Start();
        registry.Fault = async context =>
        {
            context.Response.ContentType = MediaTypes.ImageManifest;
            context.Response.ContentLength = says ? 1L << 40 : null;
            var piece = new byte[1 << 20];
            // It never ends, so that whoever reads it all does not come back.
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(piece, context.RequestAborted);
            }
            return true;
        };
        using var client = new RegistryClient(registry.Options());
        var error = (await client.Open(registry.Reference()).GetManifest("1.0", default)).Error;
        Assert.Equal(OciErrorKind.TooLarge, Assert.IsType<TerminalError>(error).Kind);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/vnd.docker.distribution.manifest.v1+prettyjws")]
    public async Task A_manifest_of_another_type_is_refused_by_name(string type)
    {
        await using var registry = await FaultyRegistry.Start();
        registry.Fault = Body("{\"schemaVersion\":1}"u8.ToArray(), type);
        using var client = new RegistryClient(registry.Options());
        var error = (await client.Open(registry.Reference()).GetManifest("1.0", default)).Error!;
        Assert.Equal(OciErrorKind.Unsupported, error.Kind);
        Assert.Contains(type, error.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("other content of the same size")]
    [InlineData("one byte more")]
    [InlineData("one byte less, well ended")]
    [InlineData("nothing")]
    public async Task A_blob_that_lies_is_refused(string lie)
    {
        await using var registry = await FaultyRegistry.Start();
        var digest = registry.AddBlob(Content);
        registry.Fault = Body(lie switch
        {
            "one byte more" => [.. Content, 0],
            "one byte less, well ended" => Content[..^1],
            "nothing" => [],
            _ => [.. Content[..^1], (byte)(Content[^1] ^ 1)],
        }, "application/octet-stream");
        using var client = new RegistryClient(registry.Options());
        var error = (await client.Open(registry.Reference()).GetBlob(new Descriptor("", digest, Content.Length), 1 << 20, default)).Error!;
        Assert.Equal(lie is "one byte less, well ended" or "nothing" ? OciErrorKind.Unreachable : OciErrorKind.DigestMismatch, error.Kind);
    }

    [Fact]
    public async Task A_blob_without_an_end_is_cut_off_at_its_size()
    {
        await using var registry = await FaultyRegistry.Start();
        var digest = registry.AddBlob(Content);
        registry.Fault = async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(Content, context.RequestAborted);
            }
            return true;
        };
        using var client = new RegistryClient(registry.Options());
        var error = (await client.Open(registry.Reference()).GetBlob(new Descriptor("", digest, Content.Length), 1 << 20, default)).Error!;
        Assert.Equal(OciErrorKind.DigestMismatch, error.Kind);
    }

    [Fact]
    public async Task A_blob_that_claims_too_much_is_not_asked_for()
    {
        await using var registry = await FaultyRegistry.Start();
        using var client = new RegistryClient(registry.Options());
        var error = (await client.Open(registry.Reference()).GetBlob(new Descriptor("", Digest.Sha256("a"u8), 10L << 30), 1 << 20, default)).Error!;
        Assert.Equal(OciErrorKind.TooLarge, error.Kind);
        Assert.Empty(registry.Requests);
    }

    [Fact]
    public async Task A_disk_that_is_full_is_not_the_network()
    {
        await using var registry = await FaultyRegistry.Start();
        var digest = registry.AddBlob(Content);
        using var client = new RegistryClient(registry.Options());
        using var full = new FullDisk();
        var error = await client.Open(registry.Reference()).CopyBlob(new Descriptor("", digest, Content.Length), full, default);
        Assert.Equal(OciErrorKind.Storage, Assert.IsType<RetryableError>(error).Kind);
        Assert.Single(registry.Requests);
    }

    [Fact]
    public async Task A_broken_download_is_gone_on_with()
    {
        await using var registry = await FaultyRegistry.Start();
        var digest = registry.AddBlob(Content);
        registry.Fault = async context =>
        {
            var from = From(context);
            if (from > 300_000)
            {
                return false;
            }
            await WriteHalf(context, from, 150_000);
            return true;
        };
        using var client = new RegistryClient(registry.Options());
        Assert.Equal(Content, (await client.Open(registry.Reference()).GetBlob(new Descriptor("", digest, Content.Length), 1 << 20, default)).Required);
        Assert.Null(registry.Requests.First().Range);
        Assert.All(registry.Requests.Skip(1), request => Assert.StartsWith("bytes=", request.Range, StringComparison.Ordinal));
        Assert.InRange(registry.Requests.Count, 3, 10);
    }

    [Theory]
    [InlineData("the whole instead of the rest", 200)]
    [InlineData("no rest", 416)]
    [InlineData("another rest", 206)]
    public async Task A_registry_without_ranges_is_asked_anew(string name, int status)
    {
        await using var registry = await FaultyRegistry.Start();
        var digest = registry.AddBlob(Content);
        var count = 0;
        registry.Fault = async context =>
        {
            if (Interlocked.Increment(ref count) == 1)
            {
                await WriteHalf(context, 0, 150_000);
                return true;
            }
            if (From(context) == 0)
            {
                return false;
            }
            context.Response.StatusCode = status;
            if (status == 206)
            {
                context.Response.Headers.ContentRange = $"bytes 7-{Content.Length - 1}/{Content.Length}";
            }
            await FaultyRegistry.Write(context, status switch { 200 => Content, 206 => Content[7..], _ => [] });
            return true;
        };
        using var client = new RegistryClient(registry.Options());
        Assert.Equal(Content, (await client.Open(registry.Reference()).GetBlob(new Descriptor("", digest, Content.Length), 1 << 20, default)).Required);
    }

    [Fact]
    public async Task A_download_that_never_gets_on_is_given_up()
    {
        await using var registry = await FaultyRegistry.Start();
        var digest = registry.AddBlob(Content);
        registry.Fault = async context =>
        {
            await WriteHalf(context, From(context), 0);
            return true;
        };
        using var client = new RegistryClient(registry.Options());
        var error = (await client.Open(registry.Reference()).GetBlob(new Descriptor("", digest, Content.Length), 1 << 20, default)).Error;
        Assert.Equal(OciErrorKind.Unreachable, Assert.IsType<RetryableError>(error).Kind);
        Assert.InRange(registry.Requests.Count, 5, 25);
    }

    [Fact]
    public async Task A_body_that_falls_silent_is_gone_on_with()
    {
        await using var registry = await FaultyRegistry.Start();
        var digest = registry.AddBlob(Content);
        registry.Fault = async context =>
        {
            if (From(context) > 0)
            {
                return false;
            }
            context.Response.ContentLength = Content.Length;
            await context.Response.Body.WriteAsync(Content.AsMemory(0, 100_000));
            await context.Response.Body.FlushAsync();
            return await Hang(context);
        };
        using var client = new RegistryClient(registry.Options() with { IdleTimeout = TimeSpan.FromSeconds(30) });
        var watch = Stopwatch.StartNew();
        Assert.Equal(Content, (await client.Open(registry.Reference()).GetBlob(new Descriptor("", digest, Content.Length), 1 << 20, default)).Required);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("to another host", "http://127.0.0.1:1/tags", OciErrorKind.Refused)]
    [InlineData("to itself", "/v2/demo/greet/tags/list?n=1000", OciErrorKind.Malformed)]
    [InlineData("out of the API", "/admin", OciErrorKind.Refused)]
    public async Task A_list_that_goes_on_strangely_is_refused(string name, string target, OciErrorKind kind)
    {
        await using var registry = await FaultyRegistry.Start();
        registry.Fault = async context =>
        {
            context.Response.Headers.Link = $"<{target}>; rel=\"next\"";
            await FaultyRegistry.Write(context, "{\"tags\":[\"1.0\"]}"u8.ToArray());
            return true;
        };
        using var client = new RegistryClient(registry.Options());
        Assert.Equal(kind, (await client.Open(registry.Reference()).GetTags(default)).Error!.Kind);
        Assert.Single(registry.Requests);
    }

    [Fact]
    public async Task A_list_without_an_end_is_given_up()
    {
        await using var registry = await FaultyRegistry.Start();
        registry.Fault = async context =>
        {
            context.Response.Headers.Link = $"</v2/demo/greet/tags/list?last={registry.Requests.Count}>; rel=\"next\"";
            await FaultyRegistry.Write(context, "{\"tags\":[]}"u8.ToArray());
            return true;
        };
        using var client = new RegistryClient(registry.Options());
        Assert.Equal(OciErrorKind.TooLarge, (await client.Open(registry.Reference()).GetTags(default)).Error!.Kind);
    }

    private static async Task<OciError?> ErrorOf(RegistryRepository repository, bool isBlob) => isBlob
        ? (await repository.GetBlob(new Descriptor("", Digest.Sha256(Content), Content.Length), 1 << 20, default)).Error
        : (await repository.GetManifest("1.0", default)).Error;

    private sealed class FullDisk : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromException(new IOException("No space left on device"));
    }

    private static void FailFirst(FaultyRegistry registry, int times, int status, string? retryAfter = null)
    {
        var count = 0;
        registry.Fault = async context =>
        {
            if (Interlocked.Increment(ref count) > times)
            {
                return false;
            }
            context.Response.Headers.RetryAfter = retryAfter;
            await FaultyRegistry.Refuse(context, status, "SOME_CODE");
            return true;
        };
    }

    private static Func<HttpContext, Task<bool>> Body(byte[] body, string type) => async context =>
    {
        context.Response.ContentType = type;
        await FaultyRegistry.Write(context, body);
        return true;
    };

    private static async Task<bool> Hang(HttpContext context)
    {
        await Task.Delay(Timeout.Infinite, context.RequestAborted);
        return true;
    }

    private static int From(HttpContext context) => context.Request.Headers.Range.FirstOrDefault() is { } range ? int.Parse(range[6..^1]) : 0;

    private static async Task WriteHalf(HttpContext context, int from, int length)
    {
        context.Response.StatusCode = from > 0 ? 206 : 200;
        context.Response.ContentLength = Content.Length - from;
        context.Response.Headers.ContentRange = from > 0 ? $"bytes {from}-{Content.Length - 1}/{Content.Length}" : default(Microsoft.Extensions.Primitives.StringValues);
        await context.Response.Body.WriteAsync(Content.AsMemory(from, Math.Min(length, Content.Length - from)));
        await context.Response.Body.FlushAsync();
        await Task.Delay(20);
        context.Abort();
    }
}
