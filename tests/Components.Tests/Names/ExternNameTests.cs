using Tapedeck.Components.Names;
using Xunit;

namespace Tapedeck.Components.Tests.Names;

public sealed class ExternNameTests
{
    [Theory]
    [InlineData("greet", nameof(ExternNameKind.Plain), "greet", null)]
    [InlineData("get-JSON", nameof(ExternNameKind.Plain), "get-JSON", null)]
    [InlineData("a11-B11-123-ABC-abc", nameof(ExternNameKind.Plain), "a11-B11-123-ABC-abc", null)]
    [InlineData("[constructor]counter", nameof(ExternNameKind.Constructor), "counter", null)]
    [InlineData("[method]counter.add", nameof(ExternNameKind.Method), "counter", "add")]
    [InlineData("[static]counter.merge", nameof(ExternNameKind.Static), "counter", "merge")]
    [InlineData("wasi:io/streams", nameof(ExternNameKind.Interface), "streams", null)]
    [InlineData("wasi:io/streams@0.2.12", nameof(ExternNameKind.Interface), "streams", null)]
    [InlineData("wasi:io/streams@0.2", nameof(ExternNameKind.Interface), "streams", null)]
    public void Takes_a_name_apart(string text, string kind, string label, string? member)
    {
        var name = ExternName.Parse(text, out _)!;
        Assert.Equal((kind, label, member), (name.Kind.ToString(), name.Label, name.Member));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("a-")]
    [InlineData("a--b")]
    [InlineData("aBc")]
    [InlineData("Foo")]
    [InlineData("wasi:")]
    [InlineData(":/")]
    [InlineData("wasi/http")]
    [InlineData("WASI:http/types")]
    [InlineData("wasi:http/tyPes")]
    [InlineData("a:b:c/d")]
    [InlineData("a:b/c/d")]
    [InlineData("a:b/c@")]
    [InlineData("a:b/c@1.")]
    [InlineData("a:b/c@01.0.0")]
    [InlineData("a:b/c@1.0.0-")]
    [InlineData("[method]a")]
    [InlineData("[method]a.b.c")]
    [InlineData("[constructor]")]
    [InlineData("[async]a")]
    [InlineData("url=<https://example.com>")]
    [InlineData("unlocked-dep=<a:b>")]
    [InlineData("a\n")]
    [InlineData("a:b/c@1.0.0\n")]
    public void Refuses_what_is_no_name(string text)
    {
        Assert.Null(ExternName.Parse(text, out var error));
        Assert.NotEmpty(error);
    }

    [Theory]
    [InlineData("foo", "FOO")]
    [InlineData("foo-bar", "foo-BAR")]
    [InlineData("[method]foo.bar", "[static]foo.BAR")]
    [InlineData("foo", "[method]foo.foo")]
    [InlineData("foo", "[static]FOO.foo")]
    [InlineData("foo:bar/baz", "foo:bar/BAZ")]
    public void Names_that_languages_could_confuse_are_not_unique(string one, string other) => Assert.Equal(Unique(one), Unique(other));

    [Theory]
    [InlineData("foo", "[constructor]foo")]
    [InlineData("foo", "[method]foo.bar")]
    [InlineData("a:b/c", "a:b/c@1.0.0")]
    [InlineData("a:b/c@1.0.0", "a:b/c@2.0.0")]
    public void Other_names_are_unique(string one, string other) => Assert.NotEqual(Unique(one), Unique(other));

    [Theory]
    [InlineData("wasi:io/streams@0.2.0", "wasi:io/streams@0.2")]
    [InlineData("wasi:io/streams@0.2.12-rc.1", "wasi:io/streams@0.2")]
    [InlineData("wasi:io/streams@1.4.0", "wasi:io/streams@1")]
    [InlineData("wasi:io/streams@0.0.3", "wasi:io/streams@0.0.3")]
    [InlineData("wasi:io/streams@0.2", "wasi:io/streams@0.2")]
    [InlineData("wasi:io/streams", "wasi:io/streams")]
    [InlineData("greet", "greet")]
    public void Compatible_versions_have_one_canonical_name(string text, string canonical) => Assert.Equal(canonical, ExternName.Parse(text, out _)!.Canonical);

    private static string Unique(string text) => ExternName.Parse(text, out _)!.Unique;
}
