using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Tapedeck.Wasm.Compilation;
using Tapedeck.Wasm.Tests.Binary;
using Xunit;

namespace Tapedeck.Wasm.Tests.Compilation;

/// <summary>The JIT optimises all that it is given of the reference components' JavaScript engines. It would drop the interpreter's loop first, for its size.</summary>
[Collection(Alone.Name)]
public class JitTierTests
{
    // A method must have 8,000 instructions that name a local, of two bytes each, or 2,000 branches of five, before the JIT gives up optimising it.
    private const int LeastToWorry = 10_000;
    private const int LargeModule = 1 << 20;

    [ComponentsFact]
    public void No_method_of_a_JavaScript_engine_is_compiled_without_optimisation()
    {
        using var events = new JitEvents();
        foreach (var path in Directory.EnumerateFiles(ComponentsFactAttribute.Folder!, "js-*.wasm"))
        {
            foreach (var module in CoreModules.Of(File.ReadAllBytes(path)).Where(module => module.Length > LargeModule))
            {
                events.Forget();
                var methods = Compile(JitCost.Translate(module));
                Assert.NotEmpty(methods);
                var dropped = events.TiersOf(methods).Where(method => method.Value != JitTier.Optimized);
                Assert.True(!dropped.Any(), $"{Path.GetFileName(path)}: {string.Join(", ", dropped)}");
            }
        }
    }

    // Collectible code is optimised at once. Tiered code meets the same limits of the JIT when its time comes.
    private static List<string> Compile(byte[] image)
    {
        var context = new AssemblyLoadContext("reference", isCollectible: true);
        context.Resolving += static (_, name) => name.Name == typeof(Engine).Assembly.GetName().Name ? typeof(Engine).Assembly : null;
        var methods = context.LoadFromStream(new MemoryStream(image)).GetType(AssemblySink.TypeName)!.GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(static method => method.GetMethodBody()!.GetILAsByteArray()!.Length >= LeastToWorry).ToList();
        foreach (var method in methods)
        {
            RuntimeHelpers.PrepareMethod(method.MethodHandle);
        }
        context.Unload();
        return methods.ConvertAll(static method => method.Name);
    }
}
