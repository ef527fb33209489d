using System.Text;
using Tapedeck.Components.Tests.Binary;
using Xunit;
using static Tapedeck.Components.Tests.Binary.ComponentBytes;

namespace Tapedeck.Components.Tests.Wit;

public sealed class WitViewTests
{
    [Fact]
    public void Shows_a_component_as_wit() => Assert.Equal(
        """
        package root:component;

        world root {
          import ns:pkg/things@0.2.1;
          export bag: interface {
          }
          resource thing {
            constructor();
            poke: func();
          }
          variant choice {
            none-of,
            one(u32),
            TWO(string),
          }
          export echo: func(s: string) -> string;
        }

        package ns:pkg@0.2.1 {
          interface things {
            resource r {
              constructor();
              m: func(x: rec);
            }
            record rec {
              a: u32,
              b-c: string,
            }
          }
        }

        """,
        Loading.Compile(Full()).Wit.ToString());

    [Fact]
    public void Tells_of_functions_and_their_resources()
    {
        var wit = Loading.Compile(Full()).Wit;
        var method = wit.Exports.Functions.Single(function => function.Name == "[method]thing.poke");
        Assert.Equal((WitFunctionKind.Method, "thing", "poke", "func()"), (method.Kind, method.Resource, method.Label, method.Signature));
        Assert.Equal(["self"], method.Type.Parameters.Select(parameter => parameter.Name));
        Assert.Equal(["r", "rec"], wit.Imports.Interfaces.Single().Types.Select(type => type.Name));
    }

    [Fact]
    public void A_type_of_another_interface_is_used() => Assert.Contains(
        "use a.{t};",
        Loading.Compile(Of(
            TypeSection("01 42 02 01 72 01 'f' 79 04 00 't' 03 00 00"),
            Section(SectionId.Import, "01 00 'n:p/a' 05 00"),
            Section(SectionId.Alias, "01 03 00 00 't'"),
            TypeSection("01 42 04 02 03 02 01 01 04 00 't' 03 00 00 01 40 01 'x' 01 01 00 04 00 'f' 01 02"),
            Section(SectionId.Import, "01 00 'n:p/b' 05 02"))).Wit.ToString(),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("version 1", "\u0001{\"worlds\":{\"w\":{\"docs\":\"The world.\",\"func_exports\":{\"echo\":{\"docs\":\"Says it again.\"}},\"types\":{\"choice\":{\"docs\":\"One of three.\",\"items\":{\"one\":\"The first.\"}}}}}}")]
    [InlineData("no version", "{\"worlds\":{\"w\":{\"docs\":\"The world.\",\"funcs\":{\"echo\":\"Says it again.\"},\"types\":{\"choice\":{\"docs\":\"One of three.\",\"items\":{\"one\":{\"docs\":\"The first.\"}}}}}}}")]
    public void Documentation_is_read(string name, string docs)
    {
        var wit = Documented(docs);
        Assert.Equal(("The world.", "Says it again."), (wit.Docs, wit.Exports.Functions.Single(function => function.Name == "echo").Docs));
        Assert.Equal("One of three.", wit.Exports.Types.Single(type => type.Name == "choice").Docs);
        Assert.Contains("    /// The first.\n    one(u32),\n", wit.ToString(), StringComparison.Ordinal);
        Assert.NotEmpty(name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\u0001")]
    [InlineData("not json")]
    [InlineData("[1, 2")]
    [InlineData("[]")]
    [InlineData("{\"worlds\":7,\"interfaces\":[{}]}")]
    [InlineData("{\"worlds\":{\"w\":{\"docs\":{\"docs\":{}},\"funcs\":[],\"types\":{\"choice\":null}}}}")]
    public void Documentation_that_is_none_is_passed_over(string docs) => Assert.Null(Documented(docs).Docs);

    [Fact]
    public void Documentation_cannot_write_to_a_terminal() =>
        Assert.DoesNotContain('\u001B', Documented("{\"worlds\":{\"w\":{\"docs\":\"a\\u001b[2Jb\"}}}").ToString());

    [Fact]
    public void Documentation_about_interfaces_is_found_by_their_last_name() =>
        Assert.Equal("Things.", Documented("{\"interfaces\":{\"things\":{\"docs\":\"Things.\"}}}").Imports.Interfaces.Single().Docs);

    private static WitView Documented(string docs)
    {
        byte[] section = [.. Hex("'package-docs'"), .. Encoding.UTF8.GetBytes(docs)];
        return Loading.Compile([.. Full(), .. Section(SectionId.Custom, section)]).Wit;
    }
}
