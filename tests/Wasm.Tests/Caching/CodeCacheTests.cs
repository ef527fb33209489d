using System.Text.RegularExpressions;
using Tapedeck.Wasm.Caching;
using Tapedeck.Wasm.Opcodes;
using Tapedeck.Wasm.Tests.Modules;
using Xunit;

namespace Tapedeck.Wasm.Tests.Caching;

public partial class CodeCacheTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(static value => (byte)value)];
    private static readonly byte[] OtherKey = [.. Enumerable.Range(2, 32).Select(static value => (byte)value)];

    public static TheoryData<string> Damages =>
    [
        "a bit of the mark", "a bit of the MAC", "the first bit of the code", "the last bit of the code", "cut short", "longer", "empty", "no MAC",
        "written with another key", "of another module", "of another version of the engine",
    ];

    [Theory]
    [InlineData(BackEnd.Assembly)]
    [InlineData(BackEnd.Automatic)]
    public void A_kept_translation_is_loaded_and_none_is_made(BackEnd backEnd)
    {
        var store = new MemoryCodeStore();
        Fill(store, 7);
        var made = 0;

        Assert.Equal(7, Run(Options(store, () => made++) with { BackEnd = backEnd }, 7));

        // One look by each engine.
        Assert.Equal((0, 2), (made, store.Reads));
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void An_entry_that_is_not_ours_as_we_wrote_it_is_made_anew(string damage)
    {
        var store = new MemoryCodeStore();
        Fill(store, 7);
        var (key, good) = Assert.Single(store.Entries);
        store.Entries[key] = Spoil(key, good, damage);
        var made = 0;

        Assert.Equal(7, Run(Options(store, () => made++), 7));

        Assert.Equal(1, made);
        Assert.Equal(good, store.Entries[key]);
        Assert.Equal(7, Run(Options(store, () => made++), 7));
        Assert.Equal(1, made);
    }

    [Fact]
    public void An_entry_that_was_there_before_the_key_changed_is_made_anew()
    {
        var store = new MemoryCodeStore();
        Fill(store, 7);
        var made = 0;

        Assert.Equal(7, Run(Options(store, () => made++) with { CodeKey = OtherKey }, 7));

        Assert.Equal(1, made);
    }

    [Fact]
    public void Modules_and_options_have_entries_of_their_own_under_names_that_a_file_can_have()
    {
        var store = new MemoryCodeStore();
        Fill(store, 7);
        Fill(store, 8);
        Run(Options(store, static () => { }) with { SplitThreshold = 1 }, 7);

        Assert.Equal(3, store.Entries.Count);
        Assert.All(store.Entries.Keys, static key => Assert.Matches(FileName(), key));
        Assert.All(store.Entries.Keys, static key => Assert.Contains(Environment.Version.ToString(), key));
    }

    [Fact]
    public void An_entry_that_cannot_be_trusted_does_not_spare_invalid_code_its_validation()
    {
        var store = new MemoryCodeStore();
        Fill(store, 7);
        var invalid = Invalid();
        var options = Options(store, static () => { });
        // What anybody can write who has no key: another module's true entry, the same behind a key of his own, and nonsense, under the name of the invalid module.
        var name = CodeCache.KeyOf(invalid, options);
        var good = Assert.Single(store.Entries).Value;
        foreach (var entry in (byte[][])[good, Entry(name, good.AsSpan(48), OtherKey), good[..48], []])
        {
            store.Entries[name] = entry;
            using var engine = new Engine(options);
            Assert.Throws<InvalidModuleException>(() => engine.Compile(invalid));
        }
    }

    [Fact]
    public void A_kept_translation_spares_the_validation_of_code_and_of_nothing_else()
    {
        var store = new MemoryCodeStore();
        Fill(store, 7);
        var invalid = Invalid();
        var options = Options(store, static () => { });
        // Whoever has the key says that the code was valid; so it is not looked at, which is how a test can tell.
        store.Entries[CodeCache.KeyOf(invalid, options)] = Entry(CodeCache.KeyOf(invalid, options), Assert.Single(store.Entries).Value.AsSpan(48), Key);
        using (var engine = new Engine(options))
        {
            using var module = engine.Compile(invalid);
            Assert.Equal(7, Run(engine, module));
            // Whatever compiles the code validates it before.
            Assert.Throws<InvalidModuleException>(() => module.MakeTranslation(CancellationToken.None));
        }
        using (var lazy = new Engine(options with { BackEnd = BackEnd.Lazy }))
        {
            Assert.Throws<InvalidModuleException>(() => lazy.Compile(invalid));
        }
        // Declarations are validated each time.
        var badOffset = new ModuleBuilder();
        badOffset.Memory(null, new Limits(1, null));
        badOffset.ActiveData(new Code().I64(0), "x"u8);
        var bytes = badOffset.Build();
        store.Entries[CodeCache.KeyOf(bytes, options)] = Entry(CodeCache.KeyOf(bytes, options), store.Entries.Values.First().AsSpan(48), Key);
        using var other = new Engine(options);
        Assert.Throws<InvalidModuleException>(() => other.Compile(bytes));
    }

    [Fact]
    public void A_module_that_was_valid_within_wider_limits_is_validated_within_narrower_ones()
    {
        var store = new MemoryCodeStore();
        var builder = new ModuleBuilder();
        builder.Function("value", Types.ToI32, new Code().I32(1).I32(2).I32(3).Op(Opcode.I32Add).Op(Opcode.I32Add));
        var bytes = builder.Build();
        var options = Options(store, static () => { });
        using (var wide = new Engine(options))
        {
            using var module = wide.Compile(bytes);
            Assert.Equal(6, Run(wide, module));
        }
        using var narrow = new Engine(options with { ModuleLimits = new ModuleLimits { OperandStack = 2 } });
        Assert.Equal(InvalidModuleReason.TooLarge, Assert.Throws<InvalidModuleException>(() => narrow.Compile(bytes)).Reason);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    public void A_store_without_a_secret_is_refused(int bytes)
    {
        var refusal = Assert.Throws<ArgumentException>(() => new Engine(new EngineOptions { CodeStore = new MemoryCodeStore(), CodeKey = new byte[bytes] }));

        Assert.Contains($"EngineOptions.CodeKey has {bytes} bytes", refusal.Message);
    }

    [Fact]
    public void The_options_as_text_do_not_show_the_secret() =>
        Assert.DoesNotContain("1", CodeKeyText().Match(new EngineOptions { CodeKey = "111111111111111111111111111111111"u8.ToArray() }.ToString()).Value);

    [Fact]
    public void A_translator_elsewhere_is_asked_and_its_failure_is_told()
    {
        using var working = new Engine(new EngineOptions { BackEnd = BackEnd.Assembly });
        using var parent = new Engine(new EngineOptions { BackEnd = BackEnd.Automatic, Translator = Elsewhere });
        using var module = parent.Compile(Returning(7));
        module.Translate();
        Assert.Equal(1, parent.LoadedTranslations);
        Assert.Equal(7, Run(parent, module));

        using var failing = new Engine(new EngineOptions { BackEnd = BackEnd.Automatic, Translator = static _ => throw new TimeoutException("the child is gone") });
        using var other = failing.Compile(Returning(8));
        Assert.Equal(8, Run(failing, other));
        Assert.True(SpinWait.SpinUntil(() => other.TranslationFailure is TimeoutException, TimeSpan.FromSeconds(10)));
        Assert.Equal(8, Run(failing, other));

        byte[] Elsewhere(Module module)
        {
            using var child = working.Compile(Returning(7));
            return child.MakeTranslation(CancellationToken.None);
        }
    }

    [Fact]
    public async Task New_instances_do_not_wait_for_a_translation_that_is_being_made()
    {
        using var gate = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        using var engine = new Engine(new EngineOptions
        {
            BackEnd = BackEnd.Automatic,
            Translator = module =>
            {
                begun.Set();
                gate.Wait();
                return module.MakeTranslation(CancellationToken.None);
            },
        });
        using var module = engine.Compile(Returning(7));
        var translation = Task.Run(module.Translate);
        Assert.True(begun.Wait(TimeSpan.FromSeconds(10)));

        Assert.Equal(7, await Task.Run(() => Run(engine, module)).WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(0, engine.LoadedTranslations);

        gate.Set();
        await translation.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(7, Run(engine, module));
        Assert.Equal(1, engine.LoadedTranslations);
    }

    [Fact]
    public void Translations_in_the_background_leave_processors_to_calls()
    {
        var (running, most, done) = (0, 0, 0);
        using var engine = new Engine(new EngineOptions
        {
            BackEnd = BackEnd.Automatic,
            Translator = module =>
            {
                var now = Interlocked.Increment(ref running);
                lock (Key)
                {
                    most = Math.Max(most, now);
                }
                Thread.Sleep(10);
                Interlocked.Decrement(ref running);
                Interlocked.Increment(ref done);
                return module.MakeTranslation(CancellationToken.None);
            },
        });
        var modules = Enumerable.Range(0, 12).Select(value => engine.Compile(Returning(value))).ToArray();
        Assert.All(modules.Index(), item => Assert.Equal(item.Index, Run(engine, item.Item)));
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref done) == modules.Length, TimeSpan.FromSeconds(20)));

        Assert.InRange(most, 1, Math.Max(1, Environment.ProcessorCount / 2));
        Array.ForEach(modules, static module => module.Dispose());
    }

    [Fact]
    public void A_module_that_is_disposed_while_it_is_translated_loads_nothing()
    {
        using var engine = new Engine(new EngineOptions { BackEnd = BackEnd.Automatic, Translator = Dispose });
        var module = engine.Compile(Returning(7));

        Assert.Throws<ObjectDisposedException>(module.Translate);
        Assert.Equal(0, engine.LoadedTranslations);

        static byte[] Dispose(Module module)
        {
            var translation = module.MakeTranslation(CancellationToken.None);
            module.Dispose();
            return translation;
        }
    }

    [Theory]
    [InlineData(CodeLifetime.Tiered, 3)]
    [InlineData(CodeLifetime.Collectible, 0)]
    public void Code_that_outlives_its_module_is_counted(CodeLifetime lifetime, int retired)
    {
        using var engine = new Engine(new EngineOptions { BackEnd = BackEnd.Assembly, Lifetime = lifetime });
        for (var round = 0; round < 3; round++)
        {
            using var module = engine.Compile(Returning(round));
            Assert.Equal(round, Run(engine, module));
            Assert.True(engine.RetiredTranslations <= round);
        }
        using var untouched = engine.Compile(Returning(9));

        Assert.Equal((retired, 3), (engine.RetiredTranslations, engine.LoadedTranslations));
        Assert.Equal(retired > 0, engine.RetiredTranslationBytes > 3 * 512);
    }

    private static byte[] Spoil(string key, byte[] good, string damage)
    {
        var bytes = good.ToArray();
        switch (damage)
        {
            case "a bit of the mark":
                bytes[3] ^= 1;
                return bytes;
            case "a bit of the MAC":
                bytes[20] ^= 1;
                return bytes;
            case "the first bit of the code":
                bytes[48] ^= 1;
                return bytes;
            case "the last bit of the code":
                bytes[^1] ^= 0x80;
                return bytes;
            case "cut short":
                return bytes[..^1];
            case "longer":
                return [.. bytes, 0];
            case "empty":
                return [];
            case "no MAC":
                return bytes[48..];
            case "written with another key":
                return Entry(key, bytes.AsSpan(48), OtherKey);
            case "of another module":
                var other = new MemoryCodeStore();
                Fill(other, 8);
                return Assert.Single(other.Entries).Value;
            default:
                // A true entry of an older build, laid under the name that this one asks for.
                return Entry(key.Replace(key.Split('-')[1], new string('0', 32)), bytes.AsSpan(48), Key);
        }
    }

    private static byte[] Entry(string key, ReadOnlySpan<byte> translation, byte[] macKey)
    {
        var store = new MemoryCodeStore();
        var cache = new CodeCache(store, macKey);
        cache.Write(key, translation);
        Assert.True(cache.TryRead(key, out var read));
        Assert.Equal(translation, read.Span);
        return store.Entries[key];
    }

    private static void Fill(MemoryCodeStore store, int value) => Assert.Equal(value, Run(Options(store, static () => { }), value));

    private static EngineOptions Options(MemoryCodeStore store, Action onTranslation) => new()
    {
        BackEnd = BackEnd.Assembly,
        CodeStore = store,
        CodeKey = Key,
        Translator = module =>
        {
            onTranslation();
            return module.MakeTranslation(CancellationToken.None);
        },
    };

    private static int Run(EngineOptions options, int value)
    {
        using var engine = new Engine(options);
        using var module = engine.Compile(Returning(value));
        return Run(engine, module);
    }

    private static int Run(Engine engine, Module module)
    {
        using var store = engine.NewStore();
        using var template = module.Prepare();
        return engine.Run(() => template.New(store).Func("value").Call())[0].AsI32;
    }

    /// <summary>A function that is to return an i32 and returns an i64.</summary>
    private static byte[] Invalid()
    {
        var builder = new ModuleBuilder();
        builder.Function("value", Types.ToI32, new Code().I64(7));
        return builder.Build();
    }

    private static byte[] Returning(int value)
    {
        var builder = new ModuleBuilder();
        builder.Function("value", Types.ToI32, new Code().I32(value));
        return builder.Build();
    }

    [GeneratedRegex(@"^[A-Za-z0-9.-]{1,200}$")]
    private static partial Regex FileName();

    [GeneratedRegex(@"CodeKey = [^,}]*")]
    private static partial Regex CodeKeyText();
}
