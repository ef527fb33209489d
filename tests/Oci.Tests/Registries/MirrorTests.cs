using Microsoft.AspNetCore.Http;
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

    [Fact]
    public async Task A_mirror_that_answers_something_else_once_is_asked_the_next_time()
    {
        await using var registry = await FaultyRegistry.Start();
        await using var mirror = await FaultyRegistry.Start();
        var component = Samples.Component();
        registry.AddComponent(component, "1.0");
        mirror.AddComponent(component, "1.0");
        mirror.Fault = Once("answers 503");
        using var puller = new Puller(Mirrored(registry, new Mirror(mirror.Host)), null);
        Assert.True((await puller.Pull(new Source.Registry(registry.Reference(), null), default)).IsOk);
        Assert.Equal(3, mirror.Requests.Count);
        Assert.Equal(2, registry.Requests.Count);
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_gone_on_with_at_the_mirror()
    {
        await using var registry = await FaultyRegistry.Start();
        await using var mirror = await FaultyRegistry.Start();
        var component = Samples.Component();
        registry.AddComponent(component, "1.0");
        mirror.AddComponent(component, "1.0");
        mirror.Fault = Once("cuts a body", component);
        using var puller = new Puller(Mirrored(registry, new Mirror(mirror.Host)), null);
        Assert.True((await puller.Pull(new Source.Registry(registry.Reference(), null), default)).IsOk);
        Assert.Single(registry.Requests);
        Assert.Equal($"bytes={component.Length / 2}-", Assert.Single(mirror.Requests, request => request.Range is not null).Range);
    }

    /// <summary>In a cluster without a way to the registry the mirror is all there is.</summary>
    [Theory]
    [InlineData("answers 503")]
    [InlineData("breaks off")]
    [InlineData("cuts a body")]
    [InlineData("cuts a body at its begin")]
    public async Task A_mirror_that_fails_once_is_enough_where_the_registry_cannot_be_reached(string how)
    {
        var registry = await FaultyRegistry.Start();
        await using var mirror = await FaultyRegistry.Start();
        await registry.DisposeAsync();
        var component = Samples.Component();
        var digest = mirror.AddComponent(component);
        mirror.Fault = Once(how, component);
        using var puller = new Puller(Mirrored(registry, new Mirror(mirror.Host)), null);
        var pulled = await puller.Pull(new Source.Registry(registry.Reference("demo/greet").With(digest), null), default);
        Assert.True(pulled.IsOk, pulled.Error?.ToString());
        // Manifest, configuration and component, and one of them twice.
        Assert.Equal(4, mirror.Requests.Count);
    }

    [Fact]
    public async Task An_error_names_the_registry_and_its_mirrors_where_none_of_them_answers()
    {
        var registry = await FaultyRegistry.Start();
        await using var mirror = await FaultyRegistry.Start();
        await registry.DisposeAsync();
        mirror.Fault = async context =>
        {
            await FaultyRegistry.Refuse(context, 503, "UNAVAILABLE");
            return true;
        };
        using var puller = new Puller(Mirrored(registry, new Mirror(mirror.Host)), null);
        var digest = mirror.AddComponent(Samples.Component());
        var error = Assert.IsType<RetryableError>((await puller.Pull(new Source.Registry(registry.Reference("demo/greet").With(digest), null), default)).Error);
        Assert.Equal($"{registry.Host} refuses the connection: nothing listens there; its mirrors: {mirror.Host} answers 503", error.What);
        // Once, and then as often as a registry.
        Assert.Equal(6, mirror.Requests.Count);
    }

    private static Func<HttpContext, Task<bool>> Once(string how, byte[]? component = null)
    {
        var isDone = 0;
        return async context =>
        {
            if ((component is not null && how.StartsWith("cuts", StringComparison.Ordinal) && !context.Request.Path.Value!.EndsWith($"{Digest.Sha256(component)}", StringComparison.Ordinal))
                || Interlocked.Exchange(ref isDone, 1) == 1)
            {
                return false;
            }
            switch (how)
            {
                case "answers 503":
                    await FaultyRegistry.Refuse(context, 503, "UNAVAILABLE");
                    return true;
                case "breaks off":
                    FaultyRegistry.Cut(context);
                    return true;
                default:
                    context.Response.ContentLength = component!.Length;
                    await context.Response.Body.WriteAsync(component.AsMemory(0, how == "cuts a body" ? component.Length / 2 : 0));
                    await context.Response.Body.FlushAsync();
                    await Task.Delay(TimeSpan.FromMilliseconds(50));
                    FaultyRegistry.Cut(context);
                    return true;
            }
        };
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
