"""Judges how an instance runs by the allow-list of its image."""

from aws_globals import read_text


def is_allowed_for_image(instance, allowed_by_image, *keys):
    """Tell whether the text under the keys is allowed for the instance's image; without a list all is."""
    image = read_text(instance, "ImageId")
    return image not in allowed_by_image or read_text(instance, *keys) in allowed_by_image[image]
