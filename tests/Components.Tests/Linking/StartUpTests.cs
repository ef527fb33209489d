using Tapedeck.Components.Tests.Abi;
using Tapedeck.Components.Tests.Binary;
using Tapedeck.Components.Types;
using Xunit;
using static Tapedeck.Components.Tests.Binary.ComponentBytes;

namespace Tapedeck.Components.Tests.Linking;

public sealed class StartUpTests
{
    // Adds 5 to the word at 64.
    private const string Work = "41C000 41C000 280200 4105 6A 360200";

    [Fact]
    public void What_a_pure_start_makes_is_made_once_and_belongs_to_each_instance()
    {
        using var component = Loading.Compile(Starting($"00 {Work} 0B"));
        using var template = component.Prepare(Linker(() => 1));
        Assert.Equal("6", FirstRun(template));
        Assert.NotNull(template.StartUp.Snapshot);
        // What the first instance did after its start is not in it.
        Assert.Equal("6", FirstRun(template));
        Assert.Equal("6", FirstRun(template));
    }

    [Fact]
    public void A_start_that_asks_the_host_asks_for_each_instance()
    {
        var asked = 0u;
        using var component = Loading.Compile(Starting("00 41C000 10 00 36 02 00 0B"));
        using var template = component.Prepare(Linker(() => ++asked));
        Assert.Equal("2", FirstRun(template));
        Assert.Null(template.StartUp.Snapshot);
        Assert.Equal("3", FirstRun(template));
        Assert.Equal(2u, asked);
    }

    [Fact]
    public void Where_nothing_is_started_nothing_is_kept()
    {
        using var component = Loading.Compile(Guests.Running(new FuncType([], null), "00 0B"));
        using var template = component.Prepare(new Linker());
        using var call = new Call(Loading.Engine);
        Loading.Engine.Run(() => template.New(call));
        Assert.Null(template.StartUp.Snapshot);
    }

    [Fact]
    public void A_start_cannot_enter_its_own_instance_and_a_trap_there_is_told()
    {
        using var component = Loading.Compile(Starting("00 00 0B"));
        using var template = component.Prepare(Linker(() => 1));
        for (var i = 0; i < 2; i++)
        {
            using var call = new Call(Loading.Engine);
            Assert.Throws<Wasm.TrapException>(() => Loading.Engine.Run(() => template.New(call)));
        }
    }

    private static string FirstRun(ComponentTemplate template)
    {
        using var call = new Call(Loading.Engine);
        return Loading.Engine.Run(() => template.New(call).TryFunc("run", out var run) ? run.Invoke() : null).ToString()!;
    }

    private static Linker Linker(Func<uint> ask) => new Linker().Add(HostFunction.Of("echo", new FuncType([], WitType.U32), _ => ask()));

    /// <summary>A component whose start function runs that code, the host's <c>echo</c> being function 0, and whose <c>run</c> adds one to the word at 64 and returns it.</summary>
    private static byte[] Starting(string start) => Of(
        TypeSection("01  40 00 00 79"),
        Section(SectionId.Import, "01  00 'echo' 01 00"),
        Section(SectionId.Canon, "01  01 00 00 00"),
        Section(SectionId.CoreModule,
        [
            .. EmptyModule,
            .. Section(1, "02  60 00 01 7F  60 00 00"),
            .. Section(2, "01  'h' 'f' 00 00"),
            .. Section(3, "02 00 01"),
            .. Section(5, "01 00 01"),
            .. Section(7, "01  'run' 00 01"),
            .. Section(8, "02"),
            .. Section(10, [2, .. Guests.Body("00 41C000 41C000 280200 4101 6A 360200 41C000 280200 0B"), .. Guests.Body(start)]),
        ]),
        Section(SectionId.CoreInstance, "02  01 01 'f' 00 00  00 00 01 'h' 12 00"),
        Section(SectionId.Alias, "01  00 00 01 01 'run'"),
        Section(SectionId.Canon, "01  00 00 01 00 00"),
        Section(SectionId.Export, "01  00 'run' 01 01 00"));
}
