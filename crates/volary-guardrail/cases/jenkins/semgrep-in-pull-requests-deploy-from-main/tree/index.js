const sharp = require('sharp');

exports.handle = async (event) => sharp(event.data.path).resize(320).toFile('/tmp/thumb.jpg');
