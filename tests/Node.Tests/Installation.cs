using YamlDotNet.RepresentationModel;

namespace Tapedeck.Node.Tests;

/// <summary>What an installer applies: <c>config/default</c> with the images and arguments of this cluster.</summary>
internal static class Installation
{
    private static readonly string[] OwnArguments =
        [$"--runtime-image={Image("runtime")}", "--allow-plain-http", "--registry-range=10.200.0.0/24", "--cluster-range=10.244.0.0/24", "--cluster-range=10.96.0.0/16"];

    /// <summary>The API server of the node is of an age in which there were no rules in CEL and no policy/v1: it is given the same without them.</summary>
    internal static string Of(string kustomized)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(kustomized));
        foreach (var document in stream.Documents)
        {
            var root = (YamlMappingNode)document.RootNode;
            switch (Text(root, "kind"))
            {
                case "CustomResourceDefinition":
                    WithoutRules(root);
                    break;
                case "PodDisruptionBudget":
                    root.Children["apiVersion"] = "policy/v1beta1";
                    break;
                case "Deployment":
                    Configure((YamlMappingNode)root["spec"]["template"]["spec"]["containers"][0]);
                    break;
            }
        }
        using var yaml = new StringWriter();
        stream.Save(yaml, assignAnchors: false);
        return yaml.ToString();
    }

    private static void Configure(YamlMappingNode container)
    {
        container.Children["image"] = Image("operator");
        var given = (YamlSequenceNode)container["args"];
        container.Children["args"] = new YamlSequenceNode(
            given.Where(argument => !((YamlScalarNode)argument).Value!.StartsWith("--runtime-image", StringComparison.Ordinal)).Concat(OwnArguments.Select(argument => new YamlScalarNode(argument))));
    }

    private static void WithoutRules(YamlNode node)
    {
        if (node is YamlMappingNode mapping)
        {
            mapping.Children.Remove("x-kubernetes-validations");
        }
        foreach (var child in node is YamlMappingNode map ? map.Children.Values : node is YamlSequenceNode list ? list.Children : [])
        {
            WithoutRules(child);
        }
    }

    private static string Image(string name) => $"docker.io/tapedeck/{name}:e2e";

    private static string? Text(YamlMappingNode node, string field) => ((YamlScalarNode)node[field]).Value;
}
