using System.Collections.Concurrent;
using Tapedeck.Components;
using Tapedeck.Components.Values;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasm;
using Xunit;

namespace Tapedeck.Wasi.Tests;

/// <summary>The components of real toolchains, in the folder that COMPONENTS_DIR names.</summary>
internal static class ComponentFiles
{
    internal static readonly Engine Engine = new();

    private static readonly Linker Linker = WasiImports.AddTo(new Linker());
    private static readonly ConcurrentDictionary<string, Lazy<ComponentTemplate>> Templates = new();

    internal static string? Folder { get; } = Environment.GetEnvironmentVariable("COMPONENTS_DIR");

    internal static ComponentTemplate Template(string name) => Templates.GetOrAdd(name, static name => new Lazy<ComponentTemplate>(() =>
        Component.Compile(Engine, File.ReadAllBytes(Path.Combine(Folder!, name + ".wasm"))).Prepare(Linker))).Value;

    /// <summary>Calls a function in a fresh instance.</summary>
    internal static async Task<WitValue?> Call(string component, WasiState state, string function, params WitValue[] arguments)
    {
        using var call = new Call(Engine, new CallOptions { State = state });
        return await Engine.RunAsync(call.Store, () =>
        {
            var instance = Template(component).New(call);
            Assert.True(instance.TryFunc(function, out var func), $"{component} exports no {function}");
            return func!.Call(arguments).AsTask().GetAwaiter().GetResult();
        }, TimeSpan.FromSeconds(60), CancellationToken.None);
    }

    /// <summary>The same under a policy, or without one, and nothing else.</summary>
    internal static async Task<WitValue?> Call(string component, string? policy, string function, params WitValue[] arguments)
    {
        using var state = new WasiState(Policies.Gate(policy));
        return await Call(component, state, function, arguments);
    }
}
