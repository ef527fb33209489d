using Tapedeck.Components.Tests.Abi;
using Tapedeck.Components.Tests.Binary;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Xunit;

namespace Tapedeck.Components.Tests.Linking;

public sealed class LinkerTests
{
    private const string Use = "00 10 00 10 01 0B";

    [Theory]
    [InlineData("test:host/things@0.2.0", "test:host/things@0.2.12", true)]
    [InlineData("test:host/things@0.2.12", "test:host/things@0.2.0", true)]
    [InlineData("test:host/things@1.4.0", "test:host/things@1.0.7", true)]
    [InlineData("test:host/things", "test:host/things", true)]
    [InlineData("test:host/things@0.2.0", "test:host/things@0.3.0", false)]
    [InlineData("test:host/things@1.0.0", "test:host/things@2.0.0", false)]
    [InlineData("test:host/things@0.0.1", "test:host/things@0.0.2", false)]
    [InlineData("test:host/things@0.2.0", "test:host/things", false)]
    [InlineData("test:host/things@0.2.0", "test:other/things@0.2.0", false)]
    public void A_compatible_version_is_given(string import, string offered, bool isGiven)
    {
        Func<object?> run = () => Guests.Run(Things.Guest(Use, import), new Things().Linker(offered), WitValue.U32(0));
        if (isGiven)
        {
            Assert.Equal("1", run()?.ToString());
        }
        else
        {
            Assert.Contains($"`{import}` is an interface that the host does not offer", Assert.Throws<ComponentLinkException>(run).Problems);
        }
    }

    [Fact]
    public void Everything_that_is_missing_or_different_is_listed()
    {
        var resource = new HostResource("q");
        var linker = new Linker().Add(new HostInterface(Things.Interface).Resource(resource)
            .Func(HostFunction.Of("[method]r.get", new FuncType([new("self", resource.Borrow)], WitType.U64), static (Call _, object self) => 1ul)));
        using var component = Loading.Compile(Things.Guest(Use));
        Assert.Equal(
            [
                "`test:host/things@0.2.1/r` is a resource that the host does not offer",
                "`test:host/things@0.2.1#[constructor]r` is a function that the host does not offer",
                "`test:host/things@0.2.1#[method]r.get` is imported as `func(self: borrow<r>) -> u32`, but offered as `func(self: borrow<q>) -> u64`",
                "`test:host/things@0.2.1#[static]r.take` is a function that the host does not offer",
            ],
            Assert.Throws<ComponentLinkException>(() => component.Prepare(linker)).Problems);
    }

    /// <summary>Nobody could make such a resource, but there has to be an answer to who drops it.</summary>
    [Fact]
    public void A_resource_alone_is_missing_too()
    {
        var guest = ComponentBytes.Of(
            ComponentBytes.TypeSection("01  42 01  04 00 'r' 03 01"),
            ComponentBytes.Section(SectionId.Import, "01  00 'test:host/things@0.2.1' 05 00"),
            ComponentBytes.Section(SectionId.Alias, "01  03 00 00 'r'"),
            ComponentBytes.Section(SectionId.Canon, "01  03 01"),
            ComponentBytes.Section(SectionId.CoreModule,
            [
                .. ComponentBytes.EmptyModule,
                .. ComponentBytes.Section(1, "02  60 01 7F 00  60 00 00"),
                .. ComponentBytes.Section(2, "01  'h' 'drop' 00 00"),
                .. ComponentBytes.Section(3, "01 01"),
                .. ComponentBytes.Section(7, "01  'run' 00 01"),
                .. ComponentBytes.Section(10, [1, .. Guests.Body("00 41 00 10 00 0B")]),
            ]),
            ComponentBytes.Section(SectionId.CoreInstance, "02  01 01 'drop' 00 00  00 00 01 'h' 12 00"),
            ComponentBytes.Section(SectionId.Alias, "01  00 00 01 01 'run'"),
            ComponentBytes.TypeSection("01  40 00 01 00"),
            ComponentBytes.Section(SectionId.Canon, "01  00 00 01 00 02"),
            ComponentBytes.Section(SectionId.Export, "01  00 'run' 01 00 00"));
        Assert.Equal(
            ["`test:host/things@0.2.1` is an interface that the host does not offer"],
            Assert.Throws<ComponentLinkException>(() => Guests.Run(guest, new Linker())).Problems);
        Assert.Equal("unknown handle index 0", Assert.Throws<Tapedeck.Wasm.TrapException>(() => Guests.Run(guest, new Things().Linker())).Message);
    }

    [Fact]
    public void An_interface_is_offered_once()
    {
        var linker = new Linker().Add(new HostInterface("a:b/c@0.2.0"));
        Assert.Throws<ArgumentException>(() => linker.Add(new HostInterface("a:b/c@0.2.5")));
        Assert.Throws<ArgumentException>(() => linker.Add(new HostInterface("not a name")));
        linker.Add(new HostInterface("a:b/c@0.3.0"));
    }

    [Fact]
    public void A_call_has_one_instance()
    {
        using var component = Loading.Compile(Guests.Running(new FuncType([], null), "00 0B"));
        var template = component.Prepare(new Linker());
        using var call = new Call(Loading.Engine);
        Loading.Engine.Run(() => template.New(call));
        Assert.Throws<InvalidOperationException>(() => Loading.Engine.Run(() => template.New(call)));
    }

    [Fact]
    public void An_instance_outlives_arguments_of_other_types()
    {
        var type = new FuncType([new("s", WitType.String), new("v", WitType.U8)], WitType.U32);
        using var component = Loading.Compile(Guests.Running(type, "00 41 07 0B"));
        using var call = new Call(Loading.Engine);
        Loading.Engine.Run(() =>
        {
            component.Prepare(new Linker()).New(call).TryFunc("run", out var run);
            Assert.Throws<ArgumentException>(() => run!.Invoke(WitValue.String("x"), WitValue.U16(1)));
            Assert.ThrowsAny<Exception>(() => run!.Invoke(WitValue.U8(1), WitValue.U8(1)));
            Assert.Equal("7", run!.Invoke(WitValue.String("x"), WitValue.U8(1)).ToString());
            return 0;
        });
    }

    [Fact]
    public void An_unknown_export_is_not_found()
    {
        using var component = Loading.Compile(Guests.Running(new FuncType([], null), "00 0B"));
        using var call = new Call(Loading.Engine);
        var instance = Loading.Engine.Run(() => component.Prepare(new Linker()).New(call));
        Assert.False(instance.TryFunc("runs", out _));
        Assert.True(instance.TryFunc("run", out var run));
        Assert.Throws<ArgumentException>(() => run.Invoke(WitValue.U8(1)));
    }

    /// <summary>Components that instantiate one another twice each: 2^n instances of a few bytes.</summary>
    [Fact]
    public void A_component_that_becomes_too_many_instances_is_refused()
    {
        var component = ComponentBytes.Of();
        for (var i = 0; i < 12; i++)
        {
            component = ComponentBytes.Of(ComponentBytes.Section(SectionId.Component, component), ComponentBytes.Section(SectionId.Instance, "02  00 00 00  00 00 00"));
        }
        using var compiled = Loading.Compile(component);
        Assert.Contains("more than 1000 component instances", Assert.Throws<ComponentLinkException>(() => compiled.Prepare(new Linker())).Message, StringComparison.Ordinal);
    }
}
