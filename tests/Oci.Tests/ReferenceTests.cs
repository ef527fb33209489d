using FsCheck;
using Xunit;

namespace Tapedeck.Oci.Tests;

public sealed class ReferenceTests
{
    private const string Sha256 = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Theory]
    [InlineData("ghcr.io/demo/greet:1.0", "ghcr.io", "demo/greet", "1.0", null)]
    [InlineData("oci://ghcr.io/demo/greet:1.0", "ghcr.io", "demo/greet", "1.0", null)]
    [InlineData("ghcr.io/demo/greet", "ghcr.io", "demo/greet", null, null)]
    [InlineData("ghcr.io/demo/greet@" + Sha256, "ghcr.io", "demo/greet", null, Sha256)]
    [InlineData("ghcr.io/demo/greet:1.0@" + Sha256, "ghcr.io", "demo/greet", "1.0", Sha256)]
    [InlineData("GHCR.io/demo/greet", "ghcr.io", "demo/greet", null, null)]
    [InlineData("localhost/greet", "localhost", "greet", null, null)]
    [InlineData("localhost:5000/greet:1", "localhost:5000", "greet", "1", null)]
    [InlineData("127.0.0.1:5000/a/b/c", "127.0.0.1:5000", "a/b/c", null, null)]
    [InlineData("[::1]:5000/greet:1", "[::1]:5000", "greet", "1", null)]
    [InlineData("[2001:db8::1]/greet", "[2001:db8::1]", "greet", null, null)]
    [InlineData("greet", "docker.io", "library/greet", null, null)]
    [InlineData("greet:1", "docker.io", "library/greet", "1", null)]
    [InlineData("demo/greet", "docker.io", "demo/greet", null, null)]
    [InlineData("docker.io/greet", "docker.io", "library/greet", null, null)]
    [InlineData("index.docker.io/demo/greet", "docker.io", "demo/greet", null, null)]
    [InlineData("registry-1.docker.io/greet:1", "docker.io", "library/greet", "1", null)]
    [InlineData("ghcr.io:443/demo/greet:1", "ghcr.io:443", "demo/greet", "1", null)]
    [InlineData("ghcr.io:80/demo/greet:1", "ghcr.io:80", "demo/greet", "1", null)]
    [InlineData("index.docker.io:443/greet:1", "docker.io", "library/greet", "1", null)]
    [InlineData("docker.io:80/greet:1", "docker.io:80", "library/greet", "1", null)]
    [InlineData("registry.test:05000/greet", "registry.test:5000", "greet", null, null)]
    [InlineData("registry.test:0443/greet", "registry.test:443", "greet", null, null)]
    [InlineData("[::ffff:10.0.0.5]:5000/greet", "10.0.0.5:5000", "greet", null, null)]
    [InlineData("[0:0::1]:5000/greet", "[::1]:5000", "greet", null, null)]
    [InlineData("registry/greet", "docker.io", "registry/greet", null, null)]
    [InlineData("r.test/a__b/c.d/e---f", "r.test", "a__b/c.d/e---f", null, null)]
    [InlineData("r.test/a:_tag.with-all_Kinds", "r.test", "a", "_tag.with-all_Kinds", null)]
    public void A_reference_is_read_as_docker_reads_it(string text, string registry, string repository, string? tag, string? digest)
    {
        var reference = Reference.Parse(text).Required;
        Assert.Equal((registry, repository, tag, digest), (reference.Registry, reference.Repository, reference.Tag, reference.Digest?.ToString()));
        Assert.Equal(reference, Reference.Parse(reference.ToString()).Required);
    }

    [Theory]
    [InlineData("")]
    [InlineData("oci://")]
    [InlineData("ghcr.io/")]
    [InlineData("/greet")]
    [InlineData("ghcr.io//greet")]
    [InlineData("Registry/greet")]
    [InlineData("ghcr.io/greet/")]
    [InlineData("ghcr.io/Demo/greet")]
    [InlineData("ghcr.io/demo/../greet")]
    [InlineData("ghcr.io/demo/.greet")]
    [InlineData("ghcr.io/demo/greet.")]
    [InlineData("ghcr.io/a___b")]
    [InlineData("ghcr.io/a..b")]
    [InlineData("ghcr.io/a._b")]
    [InlineData("ghcr.io/a b")]
    [InlineData("ghcr.io/a%2fb")]
    [InlineData("ghcr.io/a?b")]
    [InlineData("ghcr.io/grüße")]
    [InlineData("ghcr.io/greet:")]
    [InlineData("ghcr.io/greet:.1")]
    [InlineData("ghcr.io/greet:-1")]
    [InlineData("ghcr.io/greet:a/b")]
    [InlineData("ghcr.io/greet@")]
    [InlineData("ghcr.io/greet@sha256:abc")]
    [InlineData("ghcr.io/greet@md5:d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("ghcr.io/greet@SHA256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("ghcr.io/greet@" + Sha256 + "@" + Sha256)]
    [InlineData("ghcr.io:0/greet")]
    [InlineData("ghcr.io:65536/greet")]
    [InlineData("ghcr.io:/greet")]
    [InlineData("ghcr.io:a/greet")]
    [InlineData("-ghcr.io/greet")]
    [InlineData("ghcr-.io/greet")]
    [InlineData("ghcr..io/greet")]
    [InlineData("me:secret@ghcr.io/greet")]
    [InlineData("me@ghcr.io/greet")]
    [InlineData("[::1/greet")]
    [InlineData("[fe80::1%25eth0]/greet")]
    [InlineData("[]/greet")]
    [InlineData("[10.0.0.5]:5000/greet")]
    [InlineData("https://ghcr.io/greet")]
    [InlineData("ghcr.io\n/greet")]
    public void What_is_no_reference_is_refused(string text)
    {
        var error = Reference.Parse(text).Error;
        Assert.Equal(OciErrorKind.InvalidReference, Assert.IsType<TerminalError>(error).Kind);
        Assert.DoesNotContain('\n', error.ToString());
    }

    [Theory]
    [InlineData(128, 240, true)]
    [InlineData(129, 240, false)]
    [InlineData(128, 255, false)]
    public void Lengths_have_their_limits(int tag, int path, bool isOk) =>
        Assert.Equal(isOk, Reference.Parse($"ghcr.io/{new string('a', path)}:{new string('t', tag)}").IsOk);

    [Theory]
    [InlineData("docker.io/greet", "registry-1.docker.io")]
    [InlineData("ghcr.io/greet", "ghcr.io")]
    public void The_API_of_Docker_Hub_is_elsewhere(string text, string host) => Assert.Equal(host, Reference.Parse(text).Required.ApiHost);

    [Fact]
    public void Whatever_the_text_is_the_answer_is_a_value() =>
        Prop.ForAll<NonNull<string>>(text => Reference.Parse(text.Get) is { IsOk: true } or { Error: TerminalError }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e", true)]
    [InlineData(Sha256, true)]
    [InlineData("sha256:E3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", false)]
    [InlineData("sha512:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", false)]
    [InlineData("sha256:../../../etc/passwd", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_digest_is_read_strictly(string? text, bool isDigest)
    {
        Assert.Equal(isDigest, Digest.TryParse(text, out var digest));
        Assert.Equal(isDigest, digest?.Matches([]) == true);
    }

    [Theory]
    [InlineData("oci://ghcr.io/greet:1", typeof(Source.Registry))]
    [InlineData("ghcr.io/greet:1", typeof(Source.Registry))]
    [InlineData("oci-layout:/a/b", typeof(Source.Layout))]
    [InlineData("oci-layout:///a/b:1.0", typeof(Source.Layout))]
    [InlineData("file:a.wasm", typeof(Source.File))]
    [InlineData("file:///a.wasm", typeof(Source.File))]
    [InlineData("https://example.com/a.wasm", typeof(Source.Https))]
    [InlineData("http://example.com/a.wasm", null)]
    [InlineData("https://me:secret@example.com/a.wasm", null)]
    [InlineData("file:", null)]
    [InlineData("oci-layout:", null)]
    [InlineData("oci-layout:/a@sha256:x", null)]
    public void A_source_is_read_by_its_scheme(string text, Type? type) =>
        Assert.Equal(type, Source.Parse(text, Digest.Parse(Sha256)).Value?.GetType());

    [Theory]
    [InlineData("file:a.wasm")]
    [InlineData("https://example.com/a.wasm")]
    public void A_file_without_a_digest_is_no_source(string text) =>
        Assert.Contains("sha256", Source.Parse(text).Error!.What, StringComparison.Ordinal);

    [Fact]
    public void A_layout_has_a_folder_a_tag_and_a_digest() =>
        Assert.Equal(new Source.Layout("/a/b", "1.0", Digest.Parse(Sha256)), Source.Parse($"oci-layout:///a/b:1.0@{Sha256}").Required);
}
