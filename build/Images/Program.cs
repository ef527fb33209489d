using System.CommandLine;
using Tapedeck.Images;

var layers = new Option<DirectoryInfo[]>("--layer") { Description = "A folder that is laid over the root; the first is the lowest.", Required = true };
var output = new Option<FileInfo>("--output") { Description = "The tar with the image layout.", Required = true };
var name = new Option<string>("--name") { Description = "The image's name and tag.", Required = true };
var architecture = new Option<string>("--architecture") { Description = "amd64 or arm64.", DefaultValueFactory = _ => "amd64" };
var user = new Option<string>("--user") { Description = "Its user and group, as numbers.", DefaultValueFactory = _ => "65532:65532" };
var entrypoint = new Option<string[]>("--entrypoint") { Description = "The program, and its first arguments; given again for each.", Required = true };
var environment = new Option<string[]>("--env") { Description = "NAME=VALUE; may be given again." };
var labels = new Option<string[]>("--label") { Description = "NAME=VALUE; may be given again." };

var pack = new Command("pack", "Makes an image of folders.") { layers, output, name, architecture, user, entrypoint, environment, labels };
pack.SetAction(arguments =>
{
    var facts = new ImageFacts(
        arguments.GetValue(name)!, arguments.GetValue(architecture)!, arguments.GetValue(user)!, arguments.GetValue(entrypoint)!,
        arguments.GetValue(environment) ?? [], arguments.GetValue(labels) ?? []);
    var image = Image.Of(facts, [.. arguments.GetValue(layers)!.Select(folder => Layer.Of(folder.FullName))]);
    using (var file = arguments.GetValue(output)!.Create())
    {
        Layout.Write(file, image);
    }
    Console.WriteLine($"{facts.Name} {image.Manifest.Digest} {image.Blobs.Sum(blob => (long)blob.Bytes.Length)} bytes");
});

var bom = new Command("sbom", "Lists what folders hold as SPDX.") { layers, name };
bom.SetAction(arguments => Console.Out.Write(Sbom.Of(arguments.GetValue(name)!, arguments.GetValue(layers)!.Select(folder => folder.FullName))));
return new RootCommand("Makes container images without a container engine.") { pack, bom }.Parse(args).Invoke();
