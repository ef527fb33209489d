using System.Text;
using Tapedeck.Oci.Credentials;
using Xunit;

namespace Tapedeck.Oci.Tests.Credentials;

public sealed class DockerConfigTests
{
    [Theory]
    [InlineData("a pair", """{"auths":{"r.test":{"auth":"bWU6cHc="}}}""", "Password me pw")]
    [InlineData("a pair without padding", """{"auths":{"r.test":{"auth":"bWU6cHc"}}}""", "Password me pw")]
    [InlineData("a password with colons", """{"auths":{"r.test":{"auth":"bWU6cDp3"}}}""", "Password me p:w")]
    [InlineData("two fields", """{"auths":{"r.test":{"username":"me","password":"pw"}}}""", "Password me pw")]
    [InlineData("an empty password", """{"auths":{"r.test":{"username":"me","password":""}}}""", "Password me ")]
    [InlineData("an identity token", """{"auths":{"r.test":{"auth":"bWU6cHc=","identitytoken":"t"}}}""", "IdentityToken  t")]
    [InlineData("an identity token as a helper writes it", """{"auths":{"r.test":{"username":"<token>","password":"t"}}}""", "IdentityToken  t")]
    [InlineData("a registry token", """{"auths":{"r.test":{"registrytoken":"t"}}}""", "RegistryToken  t")]
    [InlineData("the older file", """{"r.test":{"auth":"bWU6cHc=","email":"a@b"}}""", "Password me pw")]
    [InlineData("an entry that a helper left", """{"auths":{"r.test":{}},"credsStore":"desktop"}""", null)]
    [InlineData("other registries", """{"auths":{"s.test":{"auth":"bWU6cHc="}}}""", null)]
    [InlineData("nothing", "{}", null)]
    public void A_login_is_read(string name, string json, string? login) => Assert.Equal(login, Show(Parse(json).Required.Find("r.test", "demo/greet")));

    [Theory]
    [InlineData("no JSON", "auths")]
    [InlineData("no object", """{"auths":[]}""")]
    [InlineData("an entry that is no object", """{"auths":{"r.test":"bWU6cHc="}}""")]
    [InlineData("no base64", """{"auths":{"r.test":{"auth":"!secret!"}}}""")]
    [InlineData("no pair", """{"auths":{"r.test":{"auth":"c2VjcmV0"}}}""")]
    public void A_broken_file_is_an_error_that_repeats_nothing(string name, string json)
    {
        var error = Assert.IsType<TerminalError>(Parse(json).Error);
        Assert.Equal(OciErrorKind.Malformed, error.Kind);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("r.test", "r.test", "demo/greet", true)]
    [InlineData("r.test", "s.test", "demo/greet", false)]
    [InlineData("R.TEST", "r.test", "demo/greet", true)]
    [InlineData("https://r.test", "r.test", "demo/greet", true)]
    [InlineData("https://r.test/v1/", "r.test", "demo/greet", true)]
    [InlineData("https://r.test/v2/demo", "r.test", "demo/greet", true)]
    [InlineData("r.test/demo", "r.test", "demo/greet", true)]
    [InlineData("r.test/demo/", "r.test", "demo/greet", true)]
    [InlineData("r.test/other", "r.test", "demo/greet", false)]
    [InlineData("r.test:5000", "r.test:5000", "demo/greet", true)]
    [InlineData("r.test:5000", "r.test", "demo/greet", false)]
    [InlineData("r.test:443", "r.test", "demo/greet", true)]
    [InlineData("r.test", "r.test:443", "demo/greet", true)]
    [InlineData("*.test:443", "r.test", "demo/greet", true)]
    [InlineData("[0:0:0:0:0:0:0:1]:5000", "[::1]:5000", "demo/greet", true)]
    [InlineData("registry-1.docker.io", "docker.io", "demo/greet", true)]
    [InlineData("r.test", "r.test:5000", "demo/greet", false)]
    [InlineData("*.test", "r.test", "demo/greet", true)]
    [InlineData("*.test", "a.r.test", "demo/greet", false)]
    [InlineData("*.*.test", "a.r.test", "demo/greet", true)]
    [InlineData("*.test", "test", "demo/greet", false)]
    [InlineData("pre*.r.test", "prefix.r.test", "demo/greet", true)]
    [InlineData("*a*b*.test", "xaxbx.test", "demo/greet", true)]
    [InlineData("*a*b*.test", "xbxax.test", "demo/greet", false)]
    [InlineData("?.test", "r.test", "demo/greet", true)]
    [InlineData("?.test", "rr.test", "demo/greet", false)]
    [InlineData("*.test:5000", "r.test:5000", "demo/greet", true)]
    [InlineData("[::1]:5000", "[::1]:5000", "demo/greet", true)]
    [InlineData("index.docker.io/v1/", "docker.io", "library/greet", true)]
    [InlineData("https://index.docker.io/v1/", "docker.io", "library/greet", true)]
    [InlineData("docker.io", "docker.io", "library/greet", true)]
    [InlineData("index.docker.io", "r.test", "library/greet", false)]
    public void A_key_covers_what_kubelet_says(string key, string registry, string repository, bool covers) =>
        Assert.Equal(covers, LoginList.Of(key, Login.Password("me", "pw")).Find(registry, repository).Length == 1);

    [Fact]
    public void The_longest_path_comes_first_and_then_the_others()
    {
        var list = Parse("""
            {"auths":{"r.test":{"username":"host","password":"1"},"r.test/demo":{"username":"team","password":"2"},
             "r.test/demo/greet":{"username":"one","password":"3"},"*.test":{"username":"all","password":"4"}}}
            """).Required;
        Assert.Equal(["one", "team", "host", "all"], list.Find("r.test", "demo/greet").Select(login => login.User));
        Assert.Equal(["host", "all"], list.Find("r.test", "other").Select(login => login.User));
    }

    [Fact]
    public void Of_alike_entries_the_earlier_secret_comes_first()
    {
        var joined = LoginList.Join([LoginList.Of("r.test", Login.Password("first", "")), LoginList.Of("r.test", Login.Password("second", ""))]);
        Assert.Equal(["first", "second"], joined.Find("r.test", "a").Select(login => login.User));
    }

    [Theory]
    [InlineData("""{"auths":{},"credHelpers":{"r.test":"ecr-login"}}""", "ecr-login")]
    [InlineData("""{"credHelpers":{"s.test":"ecr-login"},"credsStore":"desktop"}""", "desktop")]
    [InlineData("""{"auths":{}}""", null)]
    public void A_helper_is_remembered_by_name(string json, string? helper) => Assert.Equal(helper, Parse(json).Required.HelperOf("r.test"));

    [Theory]
    [InlineData("r.test:443", "r.test")]
    [InlineData("r.test", "r.test:443")]
    [InlineData("index.docker.io", "docker.io")]
    [InlineData("[0:0:0:0:0:0:0:1]:5000", "[::1]:5000")]
    public void A_helper_is_found_however_its_registry_is_spelt(string key, string registry) =>
        Assert.Equal("ecr-login", LoginList.Join([LoginList.None, Parse($$$"""{"credHelpers":{"{{{key}}}":"ecr-login"},"credsStore":"desktop"}""").Required]).HelperOf(registry));

    [Fact]
    public void Of_two_helpers_for_one_registry_there_is_one() =>
        Assert.NotNull(Parse("""{"credHelpers":{"r.test":"one","r.test:443":"two"}}""").Required.HelperOf("r.test"));

    [Fact]
    public void A_login_does_not_show_its_secret() => Assert.DoesNotContain("pw", $"{Login.Password("me", "pw")}{Login.IdentityToken("pw")}", StringComparison.Ordinal);

    private static Outcome<LoginList> Parse(string json) => DockerConfig.Parse(Encoding.UTF8.GetBytes(json), "config.json");

    private static string? Show(IReadOnlyCollection<Login> logins) => logins.Count == 0 ? null : $"{logins.First().Kind} {logins.First().User} {logins.First().Secret}";
}
