using Tapedeck.Oci.Credentials;
using Tapedeck.Oci.Images;
using Tapedeck.Oci.Registries;
using Xunit;

namespace Tapedeck.Oci.Tests.Registries;

public sealed class MirrorTests
{
    [Fact]
    public async Task Content_comes_from_the_mirror_and_tags_from_the_registry()
    {
        await using var registry = await FaultyRegistry.Start();
        await using var mirror = await FaultyRegistry.Start();
        var component = Samples.Component();
        Assert.Equal(registry.AddComponent(component, "1.0"), mirror.AddComponent(component, "1.0"));
        using var puller = new Puller(Mirrored(registry, new Mirror(mirror.Host)), null);
        Assert.True((await puller.Pull(new Source.Registry(registry.Reference(), null), default)).IsOk);
        Assert.Equal("/v2/demo/greet/manifests/1.0", Assert.Single(registry.Requests).Path);
        Assert.Equal(3, mirror.Requests.Count);
        Assert.All(mirror.Requests, request => Assert.EndsWith($"?ns={Uri.EscapeDataString(registry.Host)}", request.Path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_mirror_says_what_a_tag_means_where_the_installer_trusts_it_with_that()
    {
        await using var registry = await FaultyRegistry.Start();
        await using var mirror = await FaultyRegistry.Start();
        mirror.AddComponent(Samples.Component(), "1.0");
        using var puller = new Puller(Mirrored(registry, new Mirror(mirror.Host, ResolvesTags: true)), null);
        Assert.True((await puller.Pull(new Source.Registry(registry.Reference(), null), default)).IsOk);
        Assert.Empty(registry.Requests);
    }

    [Theory]
    [InlineData("has nothing")]
    [InlineData("is down")]
    [InlineData("lies")]
    [InlineData("wants a login")]
    public async Task The_registry_is_asked_where_a_mirror_fails(string how)
    {
        await using var registry = await FaultyRegistry.Start();
        var mirror = await FaultyRegistry.Start();
        registry.AddComponent(Samples.Component(), "1.0");
        mirror.Fault = async context =>
        {
            switch (how)
            {
                case "lies":
                    context.Response.ContentType = MediaTypes.ImageManifest;
                    await FaultyRegistry.Write(context, "{}"u8.ToArray());
                    return true;
                case "wants a login":
                    context.Response.Headers.WWWAuthenticate = "Basic realm=\"a\"";
                    context.Response.StatusCode = 401;
                    return true;
                default:
                    return false;
            }
        };
        if (how == "is down")
        {
            await mirror.DisposeAsync();
        }
        var options = Mirrored(registry, new Mirror(mirror.Host)) with { Logins = LoginList.Of(registry.Host, Login.Password("me", "open-sesame")) };
        using var puller = new Puller(options, null);
        Assert.True((await puller.Pull(new Source.Registry(registry.Reference(), null), default)).IsOk);
        Assert.All(mirror.Requests, request => Assert.Null(request.Authorization));
        await mirror.DisposeAsync();
    }

    /// <summary>Else each request of a pull would wait for the mirror as often as for a registry, and the pull would be out of time.</summary>
    [Theory]
    [InlineData("says nothing")]
    [InlineData("answers 503")]
    [InlineData("breaks off")]
    public async Task A_mirror_that_cannot_be_reached_is_asked_once_and_then_not_for_a_minute(string how)
    {
        await using var registry = await FaultyRegistry.Start();
        await using var mirror = await FaultyRegistry.Start();
        registry.AddComponent(Samples.Component(), "1.0");
        mirror.Fault = async context =>
        {
            switch (how)
            {
                case "says nothing":
                    await Task.Delay(Timeout.Infinite, context.RequestAborted);
                    break;
                case "answers 503":
                    await FaultyRegistry.Refuse(context, 503, "UNAVAILABLE");
                    break;
                default:
                    FaultyRegistry.Cut(context);
                    break;
            }
            return true;
        };
        var time = new FastTime();
        using var puller = new Puller(Mirrored(registry, new Mirror(mirror.Host)) with { Time = time, AnswerTimeout = TimeSpan.FromMinutes(4) }, null);
        Assert.True((await puller.Pull(new Source.Registry(registry.Reference(), null), default)).IsOk);
        Assert.Single(mirror.Requests);
        Assert.True((await puller.Pull(new Source.Registry(registry.Reference(), null), default)).IsOk);
        Assert.Single(mirror.Requests);
        // Whoever names it as his registry has nobody else to ask.
        Assert.False((await puller.Pull(new Source.Registry(mirror.Reference(), null), default)).IsOk);
        Assert.InRange(mirror.Requests.Count, 2, 6);
        mirror.Requests.Clear();
        time.Advance(TimeSpan.FromSeconds(61));
        Assert.True((await puller.Pull(new Source.Registry(registry.Reference(), null), default)).IsOk);
        Assert.Single(mirror.Requests);
    }

    [Fact]
    public async Task A_mirror_that_has_not_everything_is_asked_for_the_rest()
    {
        await using var registry = await FaultyRegistry.Start();
        await using var mirror = await FaultyRegistry.Start();
        registry.AddComponent(Samples.Component(), "1.0");
        using var puller = new Puller(Mirrored(registry, new Mirror(mirror.Host)), null);
        Assert.True((await puller.Pull(new Source.Registry(registry.Reference(), null), default)).IsOk);
        Assert.Equal(3, mirror.Requests.Count);
    }

    private static PullOptions Mirrored(FaultyRegistry registry, Mirror mirror)
    {
        var options = registry.Options();
        return options with
        {
            Registries = options.Registries
                .SetItem(registry.Host, new RegistryOptions { PlainHttp = true, Mirrors = [mirror] })
                .Add(mirror.Host, new RegistryOptions { PlainHttp = true }),
        };
    }
}
