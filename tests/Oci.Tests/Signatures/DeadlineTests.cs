using System.Text;
using Microsoft.AspNetCore.Http;
using Tapedeck.Oci.Images;
using Tapedeck.Oci.Registries;
using Tapedeck.Oci.Signatures;
using Tapedeck.Oci.Tests.Signatures.Making;
using Xunit;

namespace Tapedeck.Oci.Tests.Signatures;

/// <summary>A registry that makes progress with the signatures and comes to no end.</summary>
public sealed class DeadlineTests
{
    private const string BundleType = "application/vnd.dev.sigstore.bundle.v0.3+json";
    private static readonly Digest Artifact = Digest.Sha256("an artifact"u8);
    private static readonly SigstoreService Sigstore = new();
    private static readonly BundleRecipe Good = new(Artifact);

    [Fact]
    public async Task A_tag_that_drips_ends_in_time_and_may_be_tried_again()
    {
        await using var registry = await FaultyRegistry.Start();
        registry.Fault = context => Drip(context, ".sig");
        var verification = await Verify(registry);
        Assert.False(verification.IsAllowed);
        Assert.Equal(OciErrorKind.Unreachable, verification.Retry!.Kind);
        Assert.Contains("its signatures took longer than 60 s", Assert.Single(verification.Attempts).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_blob_that_breaks_off_after_each_byte_ends_in_time()
    {
        await using var registry = await FaultyRegistry.Start();
        var bundle = Documents.Utf8(Sigstore.Sign(Good));
        var blob = Push(registry, bundle, out var manifest);
        registry.AddManifest(Encoding.UTF8.GetString(Documents.Index(manifest)), MediaTypes.ImageIndex, FallbackTag.Of(Artifact));
        registry.Fault = async context =>
        {
            if (!context.Request.Path.Value!.EndsWith(blob.ToString(), StringComparison.Ordinal))
            {
                return false;
            }
            var from = context.Request.Headers.Range.FirstOrDefault() is { } range ? int.Parse(range[6..^1]) : 0;
            context.Response.StatusCode = from > 0 ? 206 : 200;
            context.Response.Headers.ContentRange = $"bytes {from}-{bundle.Length - 1}/{bundle.Length}";
            context.Response.ContentLength = bundle.Length - from;
            await context.Response.Body.WriteAsync(bundle.AsMemory(from, 1));
            await context.Response.Body.FlushAsync();
            await Task.Delay(5);
            FaultyRegistry.Cut(context);
            return true;
        };
        Assert.Contains("its signatures took longer than 60 s", Assert.Single((await Verify(registry)).Attempts).ToString(), StringComparison.Ordinal);
        Assert.True(registry.Requests.Count > 5, $"{registry.Requests.Count} requests");
    }

    [Fact]
    public async Task What_was_found_until_then_counts()
    {
        await using var registry = await FaultyRegistry.Start();
        Push(registry, Documents.Utf8(Sigstore.Sign(Good)), out var good);
        Push(registry, Documents.Utf8(Sigstore.Sign(Good)), out var slow);
        registry.AddManifest(Encoding.UTF8.GetString(Documents.Index(good, slow)), MediaTypes.ImageIndex, FallbackTag.Of(Artifact));
        registry.Fault = context => Drip(context, slow.ToString());
        var verification = await Verify(registry, minutes: 5);
        Assert.Equal(Good.Identity, Assert.Single(verification.Signatures).Signer.Identity);
        Assert.Equal(RefusalReason.NotFetched, Assert.Single(verification.Attempts).Refusal.Reason);
    }

    [Fact]
    public async Task Who_gives_up_waiting_gets_no_verdict()
    {
        await using var registry = await FaultyRegistry.Start();
        registry.Fault = context => Drip(context, ".sig");
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Verify(registry, cancellationToken: impatient.Token));
    }

    private static async Task<bool> Drip(HttpContext context, string path)
    {
        if (!context.Request.Path.Value!.EndsWith(path, StringComparison.Ordinal))
        {
            return false;
        }
        context.Response.ContentLength = 100_000;
        while (true)
        {
            await context.Response.WriteAsync(" ", context.RequestAborted);
            await Task.Delay(20, context.RequestAborted);
        }
    }

    private static Digest Push(FaultyRegistry registry, byte[] bundle, out Digest manifest)
    {
        manifest = registry.AddManifest(Encoding.UTF8.GetString(Documents.Manifest(BundleType, Artifact, Documents.Layer(BundleType, bundle))));
        return registry.AddBlob(bundle);
    }

    private static async Task<Verification> Verify(FaultyRegistry registry, int minutes = 1, CancellationToken cancellationToken = default)
    {
        var time = new FastTime();
        time.Advance(SigstoreService.Now - time.GetUtcNow());
        using var client = new RegistryClient(registry.Options(time));
        var signer = new KeylessSigner(IdentityPattern.Exactly(Good.Issuer), IdentityPattern.Exactly(Good.Identity), Sigstore.Root());
        var policy = new VerificationPolicy([new VerificationRule(RepositoryPrefix.All, SignatureMode.Require, [signer])]);
        return await new Verifier(time) { Deadline = TimeSpan.FromMinutes(minutes) }.Verify(client.Open(registry.Reference()), Artifact, policy, cancellationToken);
    }
}
